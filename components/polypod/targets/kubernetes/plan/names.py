"""Names and labels of Kubernetes objects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from polypod.config.site import Site

LONGEST = 63
"""Characters of a label's value and of a namespace; see Kubernetes' "Object Names and IDs"."""

HEADLESS = "-headless"
"""What follows a pod's name in that of the Service that lists its replicas one by one."""

PUBLIC = "-public"
"""What follows a pod's name in that of the Service of its published ports."""


def namespace_name(site: Site) -> str:
    """The name of the namespace that a stack makes."""
    return _short(re.sub(r"[^a-z0-9-]+", "-", f"{site.project}-{site.stack}".lower()).strip("-"))


def account_name(site: Site) -> str:
    """The name of the ServiceAccount of a component's pods."""
    return f"polypod-{site.component}"


def selector(site: Site, pod: str) -> dict[str, str]:
    """The labels that only the pods of one pod of the program have.

    Selectors cannot be changed, so the component, whose name a program may change, is not among them; the names of
    pods are unique among all components of a stack.
    """
    return {"app.kubernetes.io/name": pod, **_stack(site)}


def _stack(site: Site) -> dict[str, str]:
    own = {"project": site.project, "stack": site.stack}
    return {f"dev.polypod.{name}": label_value(value) for name, value in own.items()}


def component_labels(site: Site) -> dict[str, str]:
    """The labels of everything a component makes."""
    return {
        "app.kubernetes.io/instance": label_value(site.prefix),
        "app.kubernetes.io/part-of": label_value(site.project),
        "app.kubernetes.io/managed-by": "polypod",
        **_stack(site),
        "dev.polypod.component": label_value(site.component),
    }


def pod_labels(site: Site, pod: str, role: str) -> dict[str, str]:
    """The labels of everything that is made for one pod of the program.

    Args:
        site: Where it is deployed.
        pod: Its name.
        role: What it is in the application: ``gateway``, ``service``, ``worker`` or ``job``.
    """
    own = {"app.kubernetes.io/name": pod, "app.kubernetes.io/component": role, "dev.polypod.pod": pod}
    return {**component_labels(site), **own}


def stack_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels among those of a component that all components of its stack have."""
    return {name: labels[name] for name in ("dev.polypod.project", "dev.polypod.stack")}


def label_value(text: str) -> str:
    """A text as the value of a label: of its characters, and no longer than one may be."""
    return _short(re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-_."))


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: LONGEST - 9].rstrip('-_.')}-{digest}"


_NUMBERED = re.compile(r"(.+)-\d+")


def stem(volume: str, pod: str) -> str:
    """The common prefix of the claims of a pod's replicas for a volume.

    Args:
        volume: The name of the volume.
        pod: The name of the pod.
    """
    return f"{volume}-{pod}"


def stem_of(claim: str) -> str:
    """The prefix that a replica's claim shares with those of other replicas; empty for other claims.

    Args:
        claim: The name of the claim.
    """
    found = _NUMBERED.fullmatch(claim)
    return found[1] if found else ""


def by_stem(claims: Iterable[str]) -> Mapping[str, list[str]]:
    """The claims of replicas, by what those of one pod and volume have in common.

    Args:
        claims: The names of claims.
    """
    found: dict[str, list[str]] = {}
    for claim in claims:
        found.setdefault(stem_of(claim), []).append(claim)
    return found

"""The stack's config ``polypod:kubernetes``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from polypod.errors import ModelError
from polypod.model.problem import Problem
from polypod.model.quantity import Duration, duration

PATH = "config polypod:kubernetes"
SERVICES = ("LoadBalancer", "NodePort", "ClusterIP")
LEVELS = ("restricted", "baseline", "privileged")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@attrs.frozen(kw_only=True)
class Ingress:
    """An Ingress in front of the gateway.

    Args:
        host: The host it answers for.
        class_name: The Ingress class; the cluster's default by default.
        tls_secret: The name of the Secret with the host's certificate; none by default: plain HTTP.
    """

    host: str
    class_name: str | None = None
    tls_secret: str | None = None


@attrs.frozen(kw_only=True)
class Settings:
    """How a stack uses its cluster.

    Args:
        namespace: An existing namespace to use; by default the stack makes one of its own.
        gateway_service: The type of the Services of published ports.
        address_within: Time that the cluster has for the address of a load balancer.
        ingress: The Ingress in front of the gateway; none by default.
        storage_class: The class of volumes; the cluster's default by default.
        shared_storage_class: The class of volumes that several pods write to; ``storage_class`` by default.
        pod_security: The Pod Security level of the stack's own namespace; what its pods need by default.
    """

    namespace: str | None = None
    gateway_service: str = SERVICES[0]
    address_within: Duration = attrs.field(default=duration("5m"), converter=duration)
    ingress: Ingress | None = None
    storage_class: str | None = None
    shared_storage_class: str | None = None
    pod_security: str | None = None


_NAMED = "a name of lower-case letters, digits, hyphens and dots"
_KEYS: Mapping[str, tuple[str, re.Pattern[str], str]] = {
    "namespace": ("namespace", _LABEL, "a name of lower-case letters, digits and hyphens"),
    "gatewayService": ("gateway_service", re.compile("|".join(SERVICES)), f"one of {', '.join(SERVICES)}"),
    "addressWithin": ("address_within", re.compile(r"[1-9]\d*[smh]"), "a time such as '30s' or '5m'"),
    "storageClass": ("storage_class", _SUBDOMAIN, _NAMED),
    "sharedStorageClass": ("shared_storage_class", _SUBDOMAIN, _NAMED),
    "podSecurity": ("pod_security", re.compile("|".join(LEVELS)), f"one of {', '.join(LEVELS)}"),
}
_INGRESS_KEYS: Mapping[str, tuple[str, re.Pattern[str], str]] = {
    "host": ("host", _SUBDOMAIN, "a host name"),
    "className": ("class_name", _SUBDOMAIN, _NAMED),
    "tlsSecret": ("tls_secret", _SUBDOMAIN, _NAMED),
}


def settings(data: object) -> Settings:
    """The settings that the stack's config holds.

    Args:
        data: The value of ``polypod:kubernetes``.

    Raises:
        ModelError: With every key that is unknown and every value that is wrong.
    """
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        raise ModelError([Problem(PATH, "it is not a mapping", "set its keys with `pulumi config set --path`")])
    plain = dict(data)
    given = plain.pop("ingress", None)
    values = _read(PATH, plain, _KEYS, problems, also=("ingress",))
    if isinstance(given, Mapping):
        values["ingress"] = _ingress(given, problems)
    elif given is not None:
        problems.append(Problem(f"{PATH}.ingress", "it is not a mapping", "give its host, className and tlsSecret"))
    if problems:
        raise ModelError(problems)
    return Settings(**values)


def _ingress(data: Mapping[str, Any], problems: list[Problem]) -> Ingress | None:
    values = _read(f"{PATH}.ingress", data, _INGRESS_KEYS, problems)
    if "host" not in data:
        problems.append(Problem(f"{PATH}.ingress.host", "nothing is given", "give the host it answers for"))
    return Ingress(**values) if "host" in values else None


def _read(
    path: str,
    data: Mapping[str, Any],
    keys: Mapping[str, tuple[str, re.Pattern[str], str]],
    problems: list[Problem],
    also: tuple[str, ...] = (),
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in keys:
            problems.append(_unknown(path, str(key), (*keys, *also)))
            continue
        field, pattern, words = keys[key]
        if isinstance(value, str) and pattern.fullmatch(value):
            values[field] = value
        else:
            problems.append(Problem(f"{path}.{key}", f"{value!r} is not {words}", f"write {words}"))
    return values


def _unknown(path: str, key: str, known: tuple[str, ...]) -> Problem:
    close = get_close_matches(key, known, cutoff=0.5)
    fix = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(sorted(known))}"
    return Problem(f"{path}.{key}", "unknown key", fix)

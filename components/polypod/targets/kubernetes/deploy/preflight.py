"""Check the cluster before the first resource is registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from polypod.errors import Problem, UnreadyError
from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError
from polypod.targets.kubernetes.deploy.dry_run import dry_run
from polypod.targets.kubernetes.deploy.existing_claims import ExistingClaims
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.image_user_check import user_findings
from polypod.targets.kubernetes.deploy.preview_messages import preview_messages
from polypod.targets.kubernetes.deploy.reruns import with_reruns
from polypod.targets.kubernetes.plan.names import stack_labels
from polypod.targets.kubernetes.plan.records import Plan
from polypod.targets.kubernetes.plan.volumes import KEPT

_PATH = "config polypod:kubernetes.namespace"
_FORBIDDEN = 403
_COMPONENT = "dev.polypod.component"


@attrs.frozen
class Fitted:
    """A plan that the cluster can take.

    Args:
        plan: The plan, in which nothing changes that cannot.
        warnings: What therefore stays as it is, and what may not start.
        messages: What becomes of data, in words.
    """

    plan: Plan
    warnings: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


def preflight(plan: Plan, cluster: Cluster) -> Fitted:
    """Fit a plan to what is there, or refuse one that the cluster cannot take.

    Args:
        plan: The plan.
        cluster: The cluster to ask.

    Raises:
        UnreadyError: With everything that stands in the way.
    """
    try:
        namespace = _namespace(plan, cluster)
        problems = [*_namespace_problems(plan, namespace), *_permission_problems(plan, cluster, namespace)]
        fitted = Fitted(plan)
        present = None
        if namespace is not None and not problems:
            present = ExistingObjects(cluster, plan.namespace)
            kept = ExistingClaims(plan, present)
            changed = attrs.evolve(
                with_reruns(kept.plan(), present),
                former=dict(_former(plan, present)),
                remade=frozenset(_remade_services(plan, present)),
            )
            fitted = Fitted(changed, tuple(kept.warnings), tuple(preview_messages(plan, present)))
            problems += [*_name_problems(plan, present), *kept.problems]
            problems += [] if problems else dry_run(changed, cluster, present)
        users = user_findings(plan, present)
        problems += users.problems
    except NoAnswerError as error:
        fix = "ask for the permission to look, or use another context"
        raise UnreadyError([Problem("PP431", "kubernetes", str(error), fix)]) from None
    if problems:
        raise UnreadyError(problems)
    return attrs.evolve(fitted, warnings=(*fitted.warnings, *users.warnings))


def preflight_users(plan: Plan) -> Fitted:
    """Refuse a plan whose images run as root, for a cluster that is about to be made.

    Args:
        plan: The plan.

    Raises:
        UnreadyError: With each of them.
    """
    users = user_findings(plan, None)
    if users.problems:
        raise UnreadyError(users.problems)
    return Fitted(plan, users.warnings)


def _namespace(plan: Plan, cluster: Cluster) -> Found | None:
    """The namespace of a plan. Who may work in a given one need not be allowed to look at the namespace itself."""
    try:
        return cluster.get("Namespace", "", plan.namespace)
    except NoAnswerError as error:
        if error.status != _FORBIDDEN or plan.own_namespace:
            raise
        return {"metadata": {"name": plan.namespace}}


def keeps_claims(plan: Plan, cluster: Cluster | None) -> bool:
    """Whether the namespace holds data that outlives a destroy, or is about to.

    Args:
        plan: The plan.
        cluster: The cluster to ask; ``None`` where there is none yet.
    """
    if any(item.keep or item.manifest.get("spec", {}).get("volumeClaimTemplates") for item in plan.objects()):
        return True
    return cluster is not None and bool(cluster.list("PersistentVolumeClaim", plan.namespace, KEPT))


def _namespace_problems(plan: Plan, namespace: Found | None) -> Iterator[Problem]:
    if namespace is None and not plan.own_namespace:
        what = f"there is no namespace {plan.namespace!r}"
        yield Problem("PP432", _PATH, what, "create it, or leave the key out: the stack then makes one of its own")
    if namespace is not None and "deletionTimestamp" in namespace["metadata"]:
        what = f"the namespace {plan.namespace!r} is being deleted"
        yield Problem(
            "PP433",
            "kubernetes",
            what,
            "run it again once that is over; `kubectl get namespace` shows what it waits for",
        )
    if namespace is not None and plan.own_namespace and not _has(namespace, stack_labels(plan.labels)):
        what = f"the namespace {plan.namespace!r} is there already, and not this stack's"
        yield Problem(
            "PP434", "kubernetes", what, f"use another stack name, or set {_PATH.removeprefix('config ')} to share it"
        )


def _permission_problems(plan: Plan, cluster: Cluster, namespace: Found | None) -> Iterator[Problem]:
    kinds = {item.kind for item in plan.objects()}
    if namespace is None and plan.own_namespace:
        kinds.add("Namespace")
    for kind in sorted(kinds):
        if not cluster.may("create", kind, plan.namespace):
            what = f"you may not create objects of the kind {kind} in the namespace {plan.namespace!r}"
            yield Problem("PP435", "kubernetes", what, "ask for the permission, or use another context")


def _name_problems(plan: Plan, present: ExistingObjects) -> Iterator[Problem]:
    for item in plan.objects():
        found = present.of(item.kind).get(item.name) if item.name else None
        if found is not None and not _has(found, stack_labels(plan.labels)):
            what = f"the namespace {plan.namespace!r} has a {item.kind} {item.name!r} that is not this stack's"
            yield Problem("PP436", f"kubernetes {item.key}", what, "rename yours, or use another namespace")


def _former(plan: Plan, present: ExistingObjects) -> Iterator[tuple[str, str]]:
    """The objects that another component of the stack has made, and which: a pod that moves takes all of its along."""
    pods = ((pod.workload_object, pod.objects) for pod in plan.pods)
    for known, objects in (*((item, (item,)) for item in plan.shared if item.keep), *pods):
        live = present.of(known.kind).get(known.name)
        component = (live or known.manifest)["metadata"]["labels"].get(_COMPONENT)
        if component and component != plan.labels[_COMPONENT]:
            yield from ((item.key, component) for item in objects)


def _remade_services(plan: Plan, present: ExistingObjects) -> Iterator[str]:
    """The Services that get an address of their own, or lose it: neither can be changed."""
    for item in (item for item in plan.objects() if item.kind == "Service"):
        live = present.of("Service").get(item.name)
        if live is not None and (live.get("spec", {}).get("clusterIP") == "None") != (
            "clusterIP" in item.manifest["spec"]
        ):
            yield item.key


def _has(found: Found, labels: Mapping[str, str]) -> bool:
    return bool(labels.items() <= (found["metadata"].get("labels") or {}).items())

"""Containers that run as the user of their image, which must be a number other than 0 where nothing runs as root."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextvars import ContextVar

from polypod.model.problem import Problem
from polypod.model.registry import RegistryCredentials
from polypod.targets.kubernetes.present import Present
from polypod.targets.kubernetes.records import Logins, Plan, Pod
from polypod.targets.kubernetes.rollout import is_complete

Asked = Callable[[Collection[str], Mapping[str, RegistryCredentials]], Mapping[str, str]]
"""Says which user each of some images has, as far as that can be had, with the logins by registry."""


def _really(references: Collection[str], logins: Mapping[str, RegistryCredentials]) -> Mapping[str, str]:
    from polypod.targets.kubernetes.image_users import users_of

    return users_of(references, logins)


_asked: ContextVar[Asked] = ContextVar("users of images", default=_really)


def use(asked: Asked) -> None:
    """Ask this in place of the Docker daemon and the registries; for tests."""
    _asked.set(asked)


def user_problems(plan: Plan, present: Present | None) -> list[Problem]:
    """The containers that the nodes would refuse to start, as far as the configurations of their images can be had.

    Args:
        plan: The plan.
        present: What is there; ``None`` where nothing is known of it. An image that runs already is not asked for.
    """
    wanted = {path: image for pod in plan.pods for path, image in _undecided(pod, present)}
    if not wanted:
        return []
    logins = {login.registry: login for item in plan.objects() for login in _logins(item.manifest)}
    users = _asked.get()(sorted(set(wanted.values())), logins)
    return [
        Problem(path, f"the image {image} {why[0]}", why[1].format(image=image))
        for path, image in wanted.items()
        if image in users and (why := reason(users[image]))
    ]


def reason(user: str) -> tuple[str, str] | None:
    """Why a node does not start an image where nothing may run as root, and what to do; ``None`` where it does.

    See ``verifyRunAsNonRoot`` in the kubelet: it looks at the user alone, and knows no names.

    Args:
        user: The user that the image says, such as ``1000:1000``, ``app`` or nothing.
    """
    name = user.partition(":")[0]
    if name.isdecimal() and int(name):
        return None
    if name in ("", "0", "root"):
        return "runs as root", "give the number of another user that the program can run as, or 0 if it must be root"
    what = f"runs as the user {name!r}, and Kubernetes cannot see whether that is root"
    return what, f"give its number, which `docker run --rm --entrypoint id {{image}} -u {name}` prints"


def _undecided(pod: Pod, present: Present | None) -> Iterator[tuple[str, str]]:
    """The places of users that the image decides, with the image."""
    running = _running(pod, present)
    spec = pod.workload_object.manifest["spec"]["template"]["spec"]
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        image = container["image"]
        decided = "runAsUser" in container.get("securityContext", {})
        if isinstance(image, str) and not decided and running.get(container["name"]) != image:
            yield f"{pod.containers[container['name']]}.user", image


def _running(pod: Pod, present: Present | None) -> Mapping[str, str]:
    """The images of a workload that is there and has come up, by container."""
    live = present.of(pod.kind_of_workload).get(pod.name) if present is not None else None
    if live is None or not is_complete({**live, "kind": pod.kind_of_workload}):
        return {}
    spec = live["spec"]["template"]["spec"]
    items = (*(spec.get("initContainers") or ()), *spec["containers"])
    return {item["name"]: item["image"] for item in items if "runAsUser" not in (item.get("securityContext") or {})}


def _logins(manifest: Mapping[str, object]) -> tuple[RegistryCredentials, ...]:
    data = manifest.get("stringData")
    held = data.values() if isinstance(data, Mapping) else ()
    return tuple(login for value in held if isinstance(value, Logins) for login in value.registries)

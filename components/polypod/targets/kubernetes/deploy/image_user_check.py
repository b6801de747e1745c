"""Containers that run as the user of their image, which must be a number other than 0 where nothing runs as root."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextvars import ContextVar

import attrs

from polypod.errors import Problem
from polypod.model.registry_credentials import RegistryCredentials
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.deploy.rollout import is_complete
from polypod.targets.kubernetes.plan.records import Logins, Plan, Pod
from polypod.targets.kubernetes.plan.users import ImageUser, reason


@attrs.frozen
class Findings:
    """The findings about the images of a plan.

    Args:
        problems: What no node would start.
        warnings: What no node would start if the registry has the same image as this machine.
    """

    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


Asked = Callable[[Collection[str], Mapping[str, RegistryCredentials]], Mapping[str, ImageUser]]
"""Says which user each of some images has, if it can be found out; with the logins by registry."""


def _really(references: Collection[str], logins: Mapping[str, RegistryCredentials]) -> Mapping[str, ImageUser]:
    from polypod.targets.kubernetes.deploy.image_users import users_of

    return users_of(references, logins)


_asked: ContextVar[Asked] = ContextVar("users of images", default=_really)


def use(asked: Asked) -> None:
    """Ask this in place of the Docker daemon and the registries; for tests."""
    _asked.set(asked)


def user_findings(plan: Plan, present: ExistingObjects | None) -> Findings:
    """The containers that the nodes would refuse to start, by the configurations of their images, where known.

    Args:
        plan: The plan.
        present: What is there; ``None`` where nothing is known of it. An image that runs already is not asked for.
    """
    wanted = {path: image for pod in plan.pods for path, image in _undecided(pod, present)}
    if not wanted:
        return Findings()
    logins = {login.registry: login for item in plan.objects() for login in _logins(item.manifest)}
    users = _asked.get()(sorted(set(wanted.values())), logins)
    problems: list[Problem] = []
    warnings: list[str] = []
    for path, image in wanted.items():
        why = reason(users[image].name) if image in users else None
        if why and users[image].sure:
            problems.append(Problem("PP437", path, f"the image {image} {why[0]}", why[1].format(image=image)))
        elif why:
            doubt = f"as this machine has it, {why[0]}, and its registry does not say whether its own does"
            fix = f"if so, no node starts it: {why[1].format(image=image)}"
            warnings.append(str(Problem("PP443", path, f"the image {image}, {doubt}", fix)))
    return Findings(tuple(problems), tuple(warnings))


def _undecided(pod: Pod, present: ExistingObjects | None) -> Iterator[tuple[str, str]]:
    """The places of users that the image decides, with the image."""
    running = _running(pod, present)
    spec = pod.workload_object.manifest["spec"]["template"]["spec"]
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        image = container["image"]
        decided = "runAsUser" in container.get("securityContext", {})
        if isinstance(image, str) and not decided and running.get(container["name"]) != image:
            yield f"{pod.containers[container['name']]}.user", image


def _running(pod: Pod, present: ExistingObjects | None) -> Mapping[str, str]:
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

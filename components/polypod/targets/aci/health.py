"""Whether the containers of a group that Azure has made also run.

Azure calls a group made as soon as its containers were started, also when they end at once. The emulator's plugin waits
until they are ready; what Azure's provider returns says at least which have failed by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi

from polypod.errors import DeploymentError
from polypod.model.problem import Problem
from polypod.targets.aci.records import Group

_KINDS = ("initContainers", "containers")


def working(group: Group, resource_group: pulumi.Output[str], made: pulumi.Resource) -> pulumi.Output[bool]:
    """Known once Azure has made a group, and fails the update where one of its containers has failed.

    Args:
        group: The group.
        resource_group: The name of its resource group.
        made: The group as a resource, with its containers as Azure's provider returns them.
    """

    def check(known: Sequence[Any]) -> bool:
        problems = [
            problem
            for kind, containers in zip(_KINDS, known[1:], strict=True)
            for problem in _problems(group, known[0], kind, containers or ())
        ]
        if problems and not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(str(DeploymentError(problems)))
        return True

    outputs = [getattr(made, kind) for kind in _KINDS]
    return pulumi.Output.unsecret(pulumi.Output.all(resource_group, *outputs).apply(check))


def _problems(
    group: Group, resource_group: str, kind: str, containers: Sequence[Mapping[str, Any]]
) -> Iterator[Problem]:
    for i, container in enumerate(containers):
        view = container.get("instanceView") or {}
        now = view.get("currentState") or {}
        ended = (view.get("previousState") or {}) if now.get("state") == "Waiting" else now
        if ended.get("exitCode"):
            name = container["name"]
            log = f"az container logs --resource-group {resource_group} --name {group.name} --container-name {name}"
            yield Problem(
                group.places[f"properties.{kind}[{i}]"],
                f"the container ended with exit code {ended['exitCode']:g} ({ended.get('detailStatus') or 'Error'}), "
                f"{view.get('restartCount') or 0:g} restarts",
                f"see its log with `{log}`; if it has recovered by itself, run `pulumi refresh`",
            )

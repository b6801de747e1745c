"""The registration of volumes, and of the containers that fill them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from polypod.model.value import Template
from polypod.targets.docker.deploy.failures import telling
from polypod.targets.docker.deploy.instances import FILES, Instances
from polypod.targets.docker.deploy.kept_data import KeptVolume
from polypod.targets.docker.deploy.properties import labels, upload_args
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.revision import revision
from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.tasks import at_rest

Options = Callable[[], pulumi.ResourceOptions]
"""Makes the options of a resource at its place in the program."""

Named = Callable[[str], pulumi.ResourceOptions]
"""Makes the options of a container of a name at its place in the program."""

_PATIENCE_SECONDS = 10
"""How long a program may ask functions that answer at once before volumes are looked for: one may wait for a volume."""


class Volumes:
    """The volumes of a plan.

    Args:
        component: The name of the component.
        marks: The labels of everything in the plan.
        tools: The id of the image of which the containers are that fill volumes, found when one is needed.
        instances: Which of the containers and volumes there are go on.
        kept: Finds where the data of a persistent volume are, by the name that the plan gives it, and whether the
            program has run.
    """

    def __init__(
        self,
        component: str,
        marks: Mapping[str, str],
        tools: Callable[[], pulumi.Output[str]],
        instances: Instances,
        kept: Callable[[str, bool], KeptVolume],
    ) -> None:
        self._component = component
        self._marks = marks
        self._tools = tools
        self._instances = instances
        self._kept = kept
        self._with_files: set[str] = set()
        self.made: dict[str, provider.Volume] = {}
        self.filled: dict[str, list[provider.Container]] = {}

    def add(self, record: records.Volume, volume: Options, content: Named) -> None:
        """Register a volume, and what fills it where the record says so.

        Args:
            record: The volume.
            volume: The options of the volume.
            content: The options of a container that fills or holds it, by its name.
        """
        if record.files and not record.reread:
            self._with_files.add(record.key)
        in_the_way = not (record.keep or record.files) and self._instances.has(record.name + record.filler)
        options = pulumi.ResourceOptions(retain_on_delete=record.keep, delete_before_replace=in_the_way)
        self.made[record.key] = provider.Volume(
            f"{self._component}-{record.key}",
            self._data(record) if record.keep else self._own(record),
            pulumi.ResourceOptions.merge(volume(), options),
        )
        if record.filled:
            paths = record.paths or (record.copy_from or "/files",)
            self.filled[record.key] = [self._content(record, path, content) for path in paths]

    def _own(self, record: records.Volume) -> dict[str, pulumi.Input[Any]]:
        marks = {**self._marks, "dev.polypod.keep": "false", **_names(record)}
        return {"name": self._instances.volume(record), "labels": labels(marks)}

    def _data(self, record: records.Volume) -> dict[str, pulumi.Input[Any]]:
        """Name and labels of a volume that may be there already, known once the program has run."""
        program = asyncio.current_task()

        async def kept() -> KeptVolume:
            known = await at_rest(program, _PATIENCE_SECONDS)
            with telling(f"component {self._component}"):
                return self._kept(record.name, known)

        found: pulumi.Output[KeptVolume] = pulumi.Output.from_input(kept())
        return {"name": found.apply(lambda it: it.name), "labels": found.apply(lambda it: labels(it.labels))}

    def fillers(self, record: records.Container, *, with_files: bool = False) -> list[provider.Container]:
        """The containers that fill the volumes mounted by a container.

        Args:
            record: The container.
            with_files: Only what writes files, whose change is a change of the container.
        """
        keys = (mount.volume for mount in record.mounts if mount.volume in self.filled)
        wanted = (key for key in keys if key and (key in self._with_files or not with_files))
        return [container for key in wanted for container in self.filled[key]]

    def _content(self, record: records.Volume, folder: str, options: Named) -> provider.Container:
        """The container that fills a volume, or holds it at a path, without ever running."""
        suffix = record.holder(folder if record.paths else "")
        name = record.name + suffix
        everybody = records.Upload(path="", content=Template(("",)), mode=records.SCRATCH)
        files = (*record.files, everybody) if record.paths else record.files
        instance = self._instances.labels(name, revision(record))
        properties = {
            "name": name,
            "image": self._tools(),
            "networkMode": "none",
            "start": False,
            "mustRun": False,
            "volumes": [{"containerPath": folder, "volumeName": self.made[record.key].name}],
            "uploads": [upload_args(file, f"{folder}/") for file in files] or None,
            "labels": labels({**self._marks, "dev.polypod.role": "content", **_names(record), **instance}),
        }
        return provider.Container(f"{self._component}-{record.key}{suffix}", properties, options(name))


def _names(record: records.Volume) -> dict[str, str]:
    """The label with the names of the files, where a volume has any."""
    return {FILES: record.listing} if record.files else {}

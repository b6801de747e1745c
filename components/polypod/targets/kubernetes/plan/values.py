"""The values in a pod, each with its references resolved once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from polypod.model.application import Application
from polypod.model.pod import Workload
from polypod.model.value import Template
from polypod.model.volume import FileVolume, SecretVolume
from polypod.targets.kubernetes.plan.volumes import volumes_of
from polypod.targets.shared.plan.references import concealed, content, resolved


@attrs.frozen(kw_only=True)
class ContainerValues:
    """The values of a container.

    Args:
        command: What replaces the image's entrypoint.
        args: What replaces its command.
        env: Its environment variables.
    """

    command: tuple[Template, ...]
    args: tuple[Template, ...]
    env: Mapping[str, Template]


@attrs.frozen(kw_only=True)
class Values:
    """The values of a pod.

    Args:
        containers: Those of each container, by its name.
        files: The content of the files in its config volumes, by the names of volume and file.
        secret_files: The same in its secret volumes.
    """

    containers: Mapping[str, ContainerValues]
    files: Mapping[str, Mapping[str, Template | bytes]]
    secret_files: Mapping[str, Mapping[str, Template | bytes]]

    def may_be_secret(self) -> Iterator[Template]:
        """Every value that may hold a secret."""
        for container in self.containers.values():
            yield from container.env.values()
        for volume in self.secret_files.values():
            yield from map(concealed, volume.values())
        for volume in self.files.values():
            yield from (held for held in volume.values() if isinstance(held, Template))


def values_of(pod: Workload, app: Application) -> Values:
    """The values of a pod.

    Args:
        pod: The pod.
        app: The application that its references are to.
    """
    resolve = partial(resolved, pod=pod, app=app)
    containers = {
        container.name: ContainerValues(
            command=tuple(map(resolve, container.command)),
            args=tuple(map(resolve, container.args)),
            env={name: resolve(value) for name, value in container.env.items()},
        )
        for _, container in pod.containers
    }
    files: dict[bool, dict[str, Mapping[str, Template | bytes]]] = {False: {}, True: {}}
    for name, volume in volumes_of(pod).items():
        if isinstance(volume, FileVolume):
            contents = {file: content(held, resolve) for file, held in volume.contents.items()}
            files[isinstance(volume, SecretVolume)][name] = contents
    return Values(containers=containers, files=files[False], secret_files=files[True])

"""A Pulumi project: where its program is, and where the settings of its stacks are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import yaml

from polypod.preview.errors import PreviewError

_FILES = ("Pulumi.yaml", "Pulumi.yml")


@attrs.frozen(kw_only=True)
class Project:
    """A Pulumi project.

    Args:
        root: The folder of its ``Pulumi.yaml``.
        name: Its name.
        main: The folder or file of its program.
        settings: The folder of the settings of its stacks.
        config: The config that all its stacks have by default, by full keys.
    """

    root: Path
    name: str
    main: Path
    settings: Path
    config: dict[str, Any] = attrs.field(factory=dict)

    @classmethod
    def around(cls, folder: Path) -> Project:
        """The project that a folder belongs to.

        Args:
            folder: The folder.

        Raises:
            PreviewError: There is none, or its file cannot be read.
        """
        places = (place / name for place in (folder, *folder.parents) for name in _FILES)
        file = next((place for place in places if place.is_file()), None)
        if file is None:
            raise PreviewError(
                str(folder), "there is no Pulumi.yaml here or above", "go to the folder of a Pulumi project"
            )
        data = read_yaml(file)
        name = str(data.get("name", ""))
        return cls(
            root=file.parent,
            name=name,
            main=file.parent / str(data.get("main") or ""),
            settings=file.parent / str(data.get("stackConfigDir") or ""),
            config={_full(key, name): _default(value) for key, value in (data.get("config") or {}).items()},
        )

    def stack_files(self) -> dict[str, Path]:
        """The files with the settings of stacks, by the names of the stacks."""
        found = sorted(self.settings.glob("Pulumi.*.yaml"))
        return {file.name.removeprefix("Pulumi.").removesuffix(".yaml"): file for file in found}

    def touched_by(self, files: Iterable[Path], stacks: Iterable[str]) -> list[str]:
        """The stacks that a change of files touches: one whose settings change, and all where the program may.

        Args:
            files: The files.
            stacks: The names of the stacks.
        """
        own = {file.resolve(): stack for stack, file in self.stack_files().items()}
        changed = {file.resolve() for file in files}
        if changed - own.keys():
            return list(stacks)
        touched = {own[file] for file in changed}
        return [stack for stack in stacks if stack in touched]


def _full(key: Any, project: str) -> str:
    return str(key) if ":" in str(key) else f"{project}:{key}"


def _default(value: Any) -> Any:
    """The default of a key in ``Pulumi.yaml``, which stands there by itself, as a value or in a declaration."""
    return value.get("value", value.get("default")) if isinstance(value, dict) else value


def read_yaml(file: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Args:
        file: The file.

    Raises:
        PreviewError: It holds something else, or cannot be read.
    """
    try:
        data = yaml.safe_load(file.read_text())
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise PreviewError(str(file), f"it cannot be read: {' '.join(str(error).split())}", "correct it") from None
    if data is not None and not isinstance(data, dict):
        raise PreviewError(str(file), "it holds no mapping", "write it as Pulumi's documentation says")
    return data or {}

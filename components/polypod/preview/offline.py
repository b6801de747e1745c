"""``python -m polypod.preview.offline`` runs a program as the engine would, without engine, state, network or secrets.

It reads a JSON list of what `Run` holds, and prints one of what came of each: ``components``, or the ``error`` that
ended the program. A process of its own keeps the modules of two revisions apart.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import attrs
import pulumi

from polypod.testing import MockedEngine

_MOST_MISSING = 50


@attrs.frozen(kw_only=True)
class Run:
    """A program to run.

    Args:
        root: The folder of its project.
        main: The folder or file of the program.
        project: The name of the project.
        stack: The name of the stack.
        config: The stack's config by full keys.
        secrets: The keys among them that are secret.
    """

    root: str
    main: str
    project: str
    stack: str
    config: Mapping[str, Any]
    secrets: tuple[str, ...]


def components(run: Run) -> list[dict[str, Any]]:
    """The components that a program makes: their names, kinds and inputs.

    A key of the config that the program requires and that is not there is taken for a secret that nobody knows.

    Args:
        run: The program.
    """
    config, secrets = dict(run.config), list(run.secrets)
    for _ in range(_MOST_MISSING):
        engine = MockedEngine(config=config, secrets=secrets, project=run.project, stack=run.stack, root=Path(run.root))
        _forget(run.root)
        try:
            engine.preview(lambda: _start(Path(run.main)))
        except pulumi.ConfigMissingError as error:
            config[error.key] = "[secret]"
            secrets.append(error.key)
        else:
            return [
                {"name": made.name, "kind": made.type.rpartition(":")[2], "inputs": dict(made.inputs)}
                for made in engine.resources
                if made.type.startswith("polypod:index:") and "model" in made.inputs
            ]
    raise RuntimeError(f"the program requires more than {_MOST_MISSING} keys of the stack's config that are not there")


def _forget(folder: str) -> None:
    """Forget the modules of a program, which read the stack's config when they are imported."""
    for name, module in list(sys.modules.items()):
        if _is_below(getattr(module, "__file__", None), folder):
            del sys.modules[name]


def _start(main: Path) -> None:
    """Run a program as Pulumi's Python host does: in its folder, which modules are imported from."""
    folder = main if main.is_dir() else main.parent
    os.chdir(folder)
    sys.path[0] = str(folder)
    runpy.run_path(str(main), run_name="__main__")


def _is_below(file: str | None, folder: str) -> bool:
    return file is not None and Path(file).is_relative_to(folder)


def _said(error: BaseException, root: str) -> str:
    """What a program ended with, and where in its own files."""
    if isinstance(error, pulumi.RunError):
        return str(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_below(frame.filename, root)]
    where = f" ({Path(frames[-1].filename).relative_to(root)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def _answer(run: Run) -> dict[str, Any]:
    try:
        with redirect_stdout(sys.stderr):
            return {"components": components(run)}
    except (Exception, SystemExit) as error:  # whatever a program of somebody else's does
        return {"error": _said(error, run.root)}


def main() -> None:
    """Run the programs that the standard input describes."""
    runs = [Run(**{**data, "secrets": tuple(data["secrets"])}) for data in json.load(sys.stdin)]
    print(json.dumps([_answer(run) for run in runs]))


if __name__ == "__main__":
    main()

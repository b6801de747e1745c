"""Previews of stacks by Pulumi's command line.

The Automation API gives the same events, but passes secrets as arguments, which all users of a machine can read, and
needs further commands for each stack.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from polypod.preview.engine_output import EngineOutput, parse
from polypod.preview.errors import PreviewError

_PREVIEW = ("preview", "--json", "--show-sames")
"""Components that stay as they are tell the program that the resources below them belong to."""


def stacks_of(project: Path) -> list[str]:
    """The names of the stacks of a project.

    Args:
        project: A folder of the project.

    Raises:
        PreviewError: They cannot be listed.
    """
    done = _pulumi(project, "stack", "ls", "--json")
    if done.returncode:
        raise PreviewError(
            "pulumi stack ls", _said(done), "run it in the folder of a project, logged in to its backend"
        )
    names = [str(stack["name"]) for stack in json.loads(done.stdout)]
    if not names:
        raise PreviewError("pulumi stack ls", "the project has no stacks", "make one with `pulumi stack init`")
    return sorted(names)


def preview(project: Path, stack: str) -> EngineOutput:
    """The preview of a stack; one that fails has errors among its diagnostics.

    Args:
        project: A folder of the project.
        stack: The name of the stack.

    Raises:
        PreviewError: The engine cannot make one, such as of a stack that is not there.
    """
    done = _pulumi(project, *_PREVIEW, "--stack", stack)
    try:
        output = parse(done.stdout, f"the preview of {stack}")
    except PreviewError:
        if not done.returncode:
            raise
        output = EngineOutput()
    if done.returncode and not output.errors:
        raise PreviewError(f"stack {stack}", _said(done), f"see what `pulumi preview --stack {stack}` says")
    return output


def program() -> str:
    """The path of Pulumi's command.

    Raises:
        PreviewError: It is not installed.
    """
    found = shutil.which("pulumi")
    if found is None:
        raise PreviewError("pulumi", "it is not on PATH", "install Pulumi, or read a stored preview with --from")
    return found


def _pulumi(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [program(), "--non-interactive", "--color", "never", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said of its failure, in one line."""
    lines: Sequence[str] = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return " ".join(line.removeprefix("error: ") for line in lines) or f"exit code {done.returncode}"

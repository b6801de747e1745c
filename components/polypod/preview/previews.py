"""Reports of previews, made now or stored."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from polypod.preview import engine, git
from polypod.preview.engine_output import parse
from polypod.preview.errors import PreviewError
from polypod.preview.project import Project
from polypod.preview.records import Report, StackReport
from polypod.preview.stacks import stack_report


def of_files(files: Iterable[Path]) -> Report:
    """The report of previews that are stored, each a stack.

    Args:
        files: What ``pulumi preview --json`` has printed; ``-`` is the standard input.

    Raises:
        PreviewError: One of them cannot be read.
    """
    return Report(stacks=tuple(stack_report(parse(_read(file), str(file)), _name(file)) for file in files))


def _name(file: Path) -> str:
    """What a stack is called that its preview does not name, as one without a resource."""
    return "" if str(file) == "-" else file.stem


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, ValueError) as error:
        raise PreviewError(
            str(file), f"it cannot be read: {error}", "name a file that `pulumi preview --json` made"
        ) from None


def of_stacks(folder: Path, stacks: Sequence[str], base: str | None, tell: Callable[[str], None]) -> Report:
    """The report of previews that are made now.

    Args:
        folder: A folder of the project.
        stacks: The names of the stacks; all of the project where there are none.
        base: Leaves out stacks that nothing touches which differs from this revision.
        tell: Is told what happens.

    Raises:
        PreviewError: There is no engine, the stacks cannot be listed, or there is no such revision.
    """
    engine.program()
    names = list(stacks) or engine.stacks_of(folder)
    if base is not None:
        project = Project.around(folder)
        touched = project.touched_by(git.changed_files(project.root, base), names)
        names, same = touched, [name for name in names if name not in touched]
    else:
        same = []
    reports = [*_previews(folder, names, tell), *(StackReport(name=name) for name in same)]
    return Report(stacks=tuple(reports))


def _previews(folder: Path, stacks: Sequence[str], tell: Callable[[str], None]) -> Iterator[StackReport]:
    for i, name in enumerate(stacks, 1):
        tell(f"previewing {name} ({i} of {len(stacks)})")
        try:
            yield stack_report(engine.preview(folder, name), name)
        except PreviewError as error:
            yield StackReport(name=name, error=f"{error.source}: {error.what}; {error.fix}")

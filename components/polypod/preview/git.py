"""Revisions of a program."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from polypod.preview.errors import PreviewError


def changed_files(folder: Path, base: str) -> list[Path]:
    """The files below a folder that differ from those of a revision, those that are not committed too.

    Args:
        folder: The folder.
        base: The revision.

    Raises:
        PreviewError: There is no such revision, or no repository.
    """
    differing = _git(folder, "diff", "--name-only", "--relative", "-z", base, "--", ".")
    new = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
    return [folder / name for name in (differing + new).split("\0") if name]


@contextmanager
def checked_out(folder: Path, revision: str) -> Iterator[Path]:
    """The folder as it is in a revision, in a work tree of its own for as long as the block runs.

    Args:
        folder: A folder of a repository.
        revision: The revision.

    Raises:
        PreviewError: There is no such revision, or no repository.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    place = Path(tempfile.mkdtemp(prefix="polypod-"))
    try:
        _git(root, "worktree", "add", "--detach", "--force", str(place / "tree"), commit)
        yield place / "tree" / folder.resolve().relative_to(root.resolve())
    finally:
        subprocess.run(  # noqa: S603 - git
            [_program(), "-C", str(root), "worktree", "remove", "--force", str(place / "tree")],
            capture_output=True,
            check=False,
        )
        shutil.rmtree(place, ignore_errors=True)


def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise PreviewError("git", "it is not on PATH", "install git")
    return found


def _git(folder: Path, *arguments: str) -> str:
    command = [_program(), "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git
    if done.returncode:
        what = " ".join(done.stderr.split()).removeprefix("fatal: ") or f"exit code {done.returncode}"
        raise PreviewError(f"git {arguments[0]}", what, "name a revision of the repository that holds the program")
    return done.stdout

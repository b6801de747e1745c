"""Where reports go: a terminal, a file, the step summary of a workflow; a file is whole or is not written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from polypod.preview.errors import PreviewError
from polypod.preview.records import Report
from polypod.preview.report.as_json import as_json
from polypod.preview.report.markdown import LIMITS, markdown
from polypod.preview.report.sarif import sarif

_PIPED = 10_000
"""The width of a line that no terminal breaks."""

SUMMARY_LIMIT = 1_000_000
"""How many bytes the summary of a workflow's step may have: GitHub takes 1 MiB."""


def written(report: Report, form: str, forge: str) -> list[str]:
    """The texts of a report: one, or several of Markdown where a forge takes no longer ones.

    Args:
        report: The report.
        form: ``markdown``, ``json`` or ``sarif``.
        forge: The forge whose limit the parts keep to; none where it is empty.
    """
    writers: Mapping[str, Callable[[Report], list[str]]] = {
        "markdown": lambda found: markdown(found, LIMITS.get(forge, 0)),
        "json": lambda found: [as_json(found)],
        "sarif": lambda found: [sarif(found)],
    }
    return writers[form](report)


def show(report: Report) -> None:
    """Print a report for people, with colours where the standard output is a terminal."""
    from rich.console import Console

    from polypod.preview.report import terminal

    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, width=_PIPED)
    terminal.show(report, console)


def write(texts: list[str], file: Path) -> list[Path]:
    """Write texts into files, each whole or not at all: the first into the one given, ``name.2.md`` and so on for more.

    Args:
        texts: The texts.
        file: The file.

    Raises:
        PreviewError: A file cannot be written.
    """
    files = [file, *(file.with_suffix(f".{i}{file.suffix}") for i in range(2, len(texts) + 1))]
    try:
        for target, text in zip(files, texts, strict=True):
            with NamedTemporaryFile("w", dir=target.parent, prefix=f".{target.name}.", delete=False) as new:
                new.write(text)
            os.replace(new.name, target)
    except OSError as error:
        raise PreviewError(
            str(file), f"it cannot be written: {error.strerror}", "name a file in a folder that is there"
        ) from None
    return files


def add_to_step_summary(report: Report) -> None:
    """Add a report to the summary of a GitHub workflow's step, whose file the environment names.

    Args:
        report: The report.

    Raises:
        PreviewError: There is none, or it has no room for the report.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not file:
        raise PreviewError("GITHUB_STEP_SUMMARY", "it is not set", "use --step-summary in a GitHub workflow only")
    for part in markdown(report, SUMMARY_LIMIT):
        with Path(file).open("a") as summary:
            summary.write(part)

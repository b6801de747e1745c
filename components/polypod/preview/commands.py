"""``polypod preview`` and ``polypod diff``. Each imports what it needs when it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from polypod.preview.records import Report

NO_REPORT = 3
"""The exit code where there is no report: an input cannot be read, or a program cannot be run."""

INCOMPLETE = 4
"""The exit code where the report says of a stack only why it has no preview."""

_FORMATS = ("terminal", "markdown", "json", "sarif")
_FORGES = ("azure-devops", "bitbucket", "github", "gitlab")


def _reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where a report goes."""
    options = [
        click.option(
            "--format", "form", type=click.Choice(_FORMATS), help="By default terminal, and markdown in files."
        ),
        click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file."),
        click.option(
            "--forge", type=click.Choice(_FORGES), help="Split Markdown at the limit of this forge's comments."
        ),
        click.option("--step-summary", is_flag=True, help="Add it to the summary of the GitHub workflow's step too."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option("--base", metavar="REVISION", help="Only stacks that differ from this revision of the repository.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read what `pulumi preview --json` has printed, or - for the standard input, instead of running it.",
)
@_reporting
def preview(stacks: tuple[str, ...], base: str | None, files: tuple[Path, ...], **where: Any) -> None:
    """Report what `pulumi up` would do to the pods of stacks, in words of the program.

    Without STACK, of all stacks of the project.
    """
    from polypod.preview.errors import PreviewError
    from polypod.preview.previews import of_files, of_stacks

    if files and (stacks or base):
        raise click.UsageError("--from reads stored previews: it takes neither stacks nor --base")
    try:
        report = of_files(files) if files else of_stacks(Path.cwd(), stacks, base, _progress)
        _deliver(report, **where)
    except PreviewError as error:
        _fail(error)


@click.command()
@click.argument("base")
@click.argument("head", default="HEAD")
@click.option("--stack", "stacks", multiple=True, help="Only this stack; all whose settings are there by default.")
@_reporting
def diff(base: str, head: str, stacks: tuple[str, ...], **where: Any) -> None:
    """Report what changes in the program from revision BASE to HEAD, without state, network, daemon or secrets."""
    from polypod.preview.errors import PreviewError
    from polypod.preview.revisions import compared

    try:
        _deliver(compared(Path.cwd(), base, head, stacks, _progress), **where)
    except PreviewError as error:
        _fail(error)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _deliver(report: Report, form: str | None, output: Path | None, forge: str | None, step_summary: bool) -> None:
    """Bring a report to where it is wanted, and end with what its completeness is."""
    from polypod.preview.output import add_to_step_summary, show, write, written

    chosen = form or ("terminal" if output is None else "markdown")
    if chosen == "terminal" and output is not None:
        raise click.UsageError("--output takes a format for files: markdown, json or sarif")
    if chosen == "terminal":
        show(report)
    else:
        texts = written(report, chosen, forge or "")
        for file in write(texts, output) if output is not None else ():
            _progress(f"wrote {file}")
        if output is None:
            click.echo("\n".join(texts), nl=False)
    if step_summary:
        add_to_step_summary(report)
    if any(stack.error for stack in report.stacks):
        sys.exit(INCOMPLETE)


def _fail(error: Exception) -> NoReturn:
    click.echo(f"error: {error}", err=True)
    sys.exit(NO_REPORT)

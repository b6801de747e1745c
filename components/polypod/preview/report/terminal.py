"""A report for a terminal: a table of the stacks, then a tree for each that changes."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from polypod.preview.records import PodReport, Report, StackReport
from polypod.preview.report import sentences
from polypod.preview.report.texts import one_line
from polypod.targets.effects import Kind

_STYLES: Mapping[Kind, str] = {
    Kind.NOTHING: "green",
    Kind.ADDED: "green",
    Kind.ROLLS: "green",
    Kind.RUNS_AGAIN: "yellow",
    Kind.RESTARTS: "yellow",
    Kind.RECREATED: "red",
    Kind.REMOVED: "red",
}


def show(report: Report, console: Console) -> None:
    """Print a report.

    Args:
        report: The report.
        console: Where to.
    """
    changed = [stack for stack in report.stacks if stack.changes]
    console.print(_text(sentences.title(report), style="bold"))
    console.print(_table(report))
    for stack in changed:
        console.print()
        console.print(_stack(stack))


def _text(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)


def _table(report: Report) -> RenderableType:
    columns = sentences.columns(report)
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("stack", no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right" if name in sentences.COUNTS else "left")
    for stack in (stack for stack in report.stacks if stack.changes):
        name = f"{stack.name} ({stack.targets})" if stack.targets else stack.name
        cells = ["no preview"] if stack.error else [write(stack) for _, write in columns]
        table.add_row(*map(_text, (name, *cells)))
    if same := sentences.unchanged(report):
        table.add_row(_text(f"{', '.join(same)}: no changes", style="dim"))
    return table


def _stack(stack: StackReport) -> Tree:
    tree = Tree(_text(stack.name, style="bold"), guide_style="dim")
    for line in stack.error.splitlines():
        tree.add(_text(line, style="red"))
    for component in stack.components:
        if not component.pods and component.status == "changed":
            continue
        target = f" on {component.target}" if component.target else ""
        branch = tree.add(_text(f"{component.name} ({component.kind}{target})"))
        if component.note:
            branch.add(_text(component.note, style="italic"))
        for pod in sentences.by_risk(component.pods):
            _pod(branch, pod)
        for finding in component.new_findings:
            branch.add(_text(f"{finding.code} {finding.verdict}: {finding.path}: {finding.reason}", style="yellow"))
    if stack.others:
        others = tree.add(_text(f"outside of polypod's components, {len(stack.others)}:"))
        for text in stack.others:
            others.add(_text(text))
    return tree


def _pod(branch: Tree, pod: PodReport) -> None:
    title = _text(pod.name, style="bold").append(f" {sentences.risk(pod)}", style=f"not bold {_STYLES[pod.kind]}")
    node = branch.add(title)
    for text in sentences.because(pod):
        node.add(_text(text, style="dim"))
    for text in pod.data:
        node.add(_text(f"data: {text}", style="bold red"))
    for owner, text in sentences.changes(pod):
        node.add(_text(f"{owner}: {text}"))

"""A report as the comment of a pull request: folded, and in several parts where a forge takes no longer ones."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

import attrs

from polypod.preview.records import ComponentReport, PodReport, Report, StackReport
from polypod.preview.report import sentences
from polypod.preview.report.texts import one_line

LIMITS: Mapping[str, int] = {
    "azure-devops": 150_000,
    "bitbucket": 32_768,
    "github": 65_536,
    "gitlab": 1_000_000,
}
"""How many characters the comments of each forge may have; counted in bytes here, which are never fewer."""

MARKER = "<!-- polypod preview -->"
"""What each part begins with, so that it can be found again."""

_ROOM = 300
"""Bytes of a part that its marker, its number and its closing tags need."""


@attrs.frozen
class _Block:
    """Lines that are folded together: a title that shows, and what is below it."""

    title: str
    lines: tuple[str, ...]
    is_open: bool


def markdown(report: Report, limit: int = 0) -> list[str]:
    """A report in Markdown.

    Args:
        report: The report.
        limit: How many bytes a part may have; no limit by default.

    Returns:
        The parts, each a comment of its own. Nothing is left out: what a part has no room for is in the next.
    """
    head = [f"### Preview: {_plain(sentences.title(report))}", "", *_table(report), ""]
    blocks = [_stack(stack) for stack in report.stacks if stack.changes]
    parts = ["\n".join(lines).rstrip() for lines in _parts(head, blocks, limit - _ROOM if limit else 0)]
    numbers = [f"\n\n_Part {i} of {len(parts)}_" if len(parts) > 1 else "" for i in range(1, len(parts) + 1)]
    return [f"{MARKER}\n{part}{number}\n" for part, number in zip(parts, numbers, strict=True)]


def _parts(head: list[str], blocks: list[_Block], limit: int) -> Iterator[list[str]]:
    """The lines of each part: folds are closed at the end of one, and opened again in the next."""
    part, size = list(head), _size(head)
    for block in blocks:
        begin, end = _begin(block), ["", "</details>", ""]
        if limit and size + _size(begin) + _size(block.lines[:1]) + _size(end) > limit:
            yield part
            part, size = [], 0
        part, size = [*part, *begin], size + _size(begin)
        for line in block.lines:
            if limit and size + _size([line]) + _size(end) > limit:
                yield [*part, *end]
                part = _begin(attrs.evolve(block, title=f"{block.title} (continued)"))
                size = _size(part)
            part.append(line)
            size += _size([line])
        part, size = [*part, *end], size + _size(end)
    yield part


def _size(lines: list[str] | tuple[str, ...]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _begin(block: _Block) -> list[str]:
    return [f"<details{' open' if block.is_open else ''}><summary>{block.title}</summary>", ""]


def _table(report: Report) -> Iterator[str]:
    columns = sentences.columns(report)
    yield f"| {' | '.join(['stack', *(name for name, _ in columns)])} |"
    yield f"| {' | '.join(['---', *('---:' if name in sentences.COUNTS else '---' for name, _ in columns)])} |"
    for stack in report.stacks:
        if stack.changes:
            stack_name = f"**{_plain(stack.name)}**" + (f" on {_plain(stack.targets)}" if stack.targets else "")
            found = [_bold(write(stack)) if name == "data" else write(stack) for name, write in columns]
            cells = ["no preview: see below"] if stack.error else found
            yield _row([stack_name, *cells], len(columns))
    if same := sentences.unchanged(report):
        yield _row([f"{', '.join(map(_plain, same))}: no changes"], len(columns))


def _row(cells: list[str], columns: int) -> str:
    return f"| {' | '.join(cells)} |" + " |" * (columns + 1 - len(cells))


def _stack(stack: StackReport) -> _Block:
    risky = bool(stack.downtime or stack.data or stack.addresses or stack.error)
    lines = [*_error(stack)] if stack.error else []
    for component in stack.components:
        lines += _component(component)
    if stack.others:
        lines += ["", f"Outside of polypod's components, {len(stack.others)}:", ""]
        lines += [f"- {_code(text)}" for text in stack.others]
    return _Block(
        f"<b>{_html(stack.name)}</b>: {_html(sentences.summary(stack))}",
        tuple(lines),
        risky,
    )


def _error(stack: StackReport) -> list[str]:
    return [
        "There is no preview of this stack:",
        "",
        *(f"    {one_line(line)}" for line in stack.error.splitlines()),
        "",
    ]


def _component(component: ComponentReport) -> Iterator[str]:
    if not component.pods and component.status == "changed":
        return
    yield ""
    status = "" if component.status == "changed" else f", {component.status}"
    yield f"**{_plain(component.name)}** ({component.kind}{_on(component)}{status})"
    yield ""
    if component.note:
        yield f"_{_plain(component.note)}_"
        yield ""
    for pod in sentences.by_risk(component.pods):
        yield from _pod(pod)
    for finding in component.new_findings:
        yield f"- {finding.code} {finding.verdict}: {_code(finding.path)}: {_plain(finding.reason)}"


def _on(component: ComponentReport) -> str:
    return f" on {_plain(component.target)}" if component.target else ""


def _pod(pod: PodReport) -> Iterator[str]:
    why = "; ".join(map(_plain, sentences.because(pod)))
    yield f"- {_bold(_plain(pod.name))} {sentences.risk(pod)}{f' ({why})' if why else ''}"
    for text in pod.data:
        yield f"  - **data**: {_plain(text)}"
    for owner, text in sentences.changes(pod):
        yield f"  - {_plain(owner)}: {_code(text)}" if owner != pod.name else f"  - {_code(text)}"


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""


def _plain(text: str) -> str:
    """A text that nothing in it can make a link, a mention, a tag or a cell of."""
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", _html(text))


def _html(text: str) -> str:
    """A text between tags, without mentions of anybody."""
    return re.sub(r"@(?=\w)", "@\u200b", html.escape(one_line(text), quote=False))


def _code(text: str) -> str:
    """A text as code, however many backticks it has."""
    line = one_line(text)
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or line.startswith(" ") else ""
    return f"{fence}{pad}{line}{pad}{fence}"

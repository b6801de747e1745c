"""What all formats for people say in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from polypod.preview.records import INTERRUPTS, PodReport, Report, StackReport
from polypod.targets.effects import Kind

_MOST_NAMES = 6
COUNTS = {"add": ("create", "import"), "change": ("update",), "replace": ("replace",), "delete": ("delete",)}
"""The columns of the counts, and the engine's operations in each."""


def title(report: Report) -> str:
    """What the report is about, in one line.

    Args:
        report: The report.
    """
    changed = sum(stack.changes for stack in report.stacks)
    what = f"{changed} of {_number(report.stacks, 'stack')} {'changes' if changed == 1 else 'change'}"
    if report.compared:
        base, head = report.compared
        return f"{what} from {base} to {head}: programs compared, without a stack's state"
    return what


def _number(items: Iterable[object] | int, what: str) -> str:
    number = items if isinstance(items, int) else len(list(items))
    return f"{number} {what}{'' if number == 1 else 's'}"


def downtime(stack: StackReport) -> str:
    """The number of unavailable pods, and the longest time.

    Args:
        stack: The stack.
    """
    if not stack.downtime:
        return ""
    most = f", at most {stack.seconds} s" if stack.seconds else ""
    return f"{_number(stack.downtime, 'pod')}{most}"


def data(stack: StackReport) -> str:
    """How much of data somebody should look at.

    Args:
        stack: The stack.
    """
    return _number(stack.data, "warning") if stack.data else ""


def addresses(stack: StackReport) -> str:
    """How many addresses change.

    Args:
        stack: The stack.
    """
    return _number(stack.addresses, "pod") if stack.addresses else ""


def columns(report: Report) -> list[tuple[str, Callable[[StackReport], str]]]:
    """The columns of the table of stacks, and what stands in them; what only an engine knows is left out without one.

    Args:
        report: The report.
    """
    counted = [] if report.compared else [(name, partial(_count, ops=ops)) for name, ops in COUNTS.items()]
    return [*counted, ("downtime", downtime), ("data", data), ("address", addresses)]


def _count(stack: StackReport, ops: tuple[str, ...]) -> str:
    return str(sum(stack.counts.get(op, 0) for op in ops) or "")


def risk(pod: PodReport) -> str:
    """What happens to a pod.

    Args:
        pod: The pod.
    """
    if pod.effect is None:
        return "may restart: what happens is not known"
    if not pod.certain:
        return f"may change: if so, it {pod.kind.value}"
    if pod.kind in INTERRUPTS and pod.effect.seconds:
        return f"{pod.kind.value}: unavailable for at most {pod.effect.seconds} s"
    return pod.kind.value


def because(pod: PodReport) -> list[str]:
    """In which order it happens, what forces it, and what becomes of the address.

    Args:
        pod: The pod.
    """
    order = pod.effect.order if pod.effect is not None else ""
    address = pod.effect.address if pod.effect is not None else ""
    forced = f"forced by {pod.forced_by}" if pod.forced_by else ""
    return [text for text in (order, forced, f"address: {address}" if address else "") if text]


def changes(pod: PodReport) -> list[tuple[str, str]]:
    """What changes in the program: of what, and all of its changes in one line.

    Args:
        pod: The pod.
    """
    found: dict[str, list[str]] = {}
    for change in pod.changes:
        found.setdefault(change.owner, []).append(change.text)
    return [(owner, "; ".join(texts)) for owner, texts in found.items()]


def summary(stack: StackReport) -> str:
    """What happens in a stack, the most dangerous first, with the names of the pods.

    Args:
        stack: The stack.
    """
    if stack.error:
        return "no preview"
    found: dict[str, list[str]] = {}
    for pod in by_risk(stack.pods()):
        found.setdefault(pod.kind.value, []).append(pod.name)
    return "; ".join(f"{what}: {_names(names)}" for what, names in found.items()) or "no pod changes"


def _names(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def by_risk(pods: Iterable[PodReport]) -> list[PodReport]:
    """Pods with the most dangerous first.

    Args:
        pods: The pods.
    """
    return sorted(pods, key=lambda pod: (not pod.data, -list(Kind).index(pod.kind)))


def unchanged(report: Report) -> list[str]:
    """The names of the stacks in which nothing changes.

    Args:
        report: The report.
    """
    return [stack.name for stack in report.stacks if not stack.changes]

"""A report on what updates of several stacks would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.targets.effects import Effect, Kind

INTERRUPTS = (Kind.RESTARTS, Kind.RECREATED, Kind.REMOVED)
"""What leaves a pod without an answer, for a while or for ever."""


@attrs.frozen(kw_only=True)
class Change:
    """A field of the program that changes.

    Args:
        path: Its place in the model, such as ``pods.web.main.image``.
        owner: The pod, ``pod/container`` or ``gateway`` that it is about.
        text: The change in words, such as ``image web:1 -> web:2``.
        before: What it holds now; ``None`` where it has its default, or is new.
        after: What it is to hold; ``None`` where it gets its default, or goes.
        risk: What this change alone does to its pod; ``None`` where that is not known.
    """

    path: str
    owner: str
    text: str
    before: Any = None
    after: Any = None
    risk: Kind | None = None


@attrs.frozen(kw_only=True)
class PodReport:
    """What becomes of a pod, or of the gateway.

    Args:
        name: Its name, or ``gateway``.
        changes: What changes in the program.
        effect: What the update does to it; ``None`` where that is not known.
        certain: Whether the effect is certain; not where it depends on what is known only during the update.
        causes: What forces the effect: places in the program, or words for what is outside of it.
        data: What becomes of data it uses, in words; only what somebody should know before.
    """

    name: str
    changes: tuple[Change, ...] = ()
    effect: Effect | None = None
    certain: bool = True
    causes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What happens to it; the safe side where it is not known."""
        return self.effect.kind if self.effect is not None else Kind.RESTARTS

    @property
    def forced_by(self) -> str:
        """What forces what happens to it: what the platform cannot change, or places in the program."""
        if self.effect is not None and self.effect.forced_by:
            return " ".join([self.effect.forced_by, *([f"({', '.join(self.causes)})"] if self.causes else [])])
        return ", ".join(self.causes)


@attrs.frozen(kw_only=True)
class Finding:
    """What a target makes of a place in the program, where that is less than what the program asks.

    Args:
        path: The place in the model.
        code: The stable code of its kind; ``docs/findings.md`` lists all.
        verdict: ``degraded`` or ``rejected``.
        reason: What the target does, or why it does not.
        fix: What the program can do instead.
        accepted: Why the program accepts it; empty where it does not.
        known: Whether it was there before the change.
    """

    path: str
    code: str
    verdict: str
    reason: str
    fix: str = ""
    accepted: str = ""
    known: bool = False


@attrs.frozen(kw_only=True)
class ComponentReport:
    """What becomes of a component.

    Args:
        name: Its name.
        kind: Its class, such as ``GatewayStack``.
        target: The name of its target; empty where it is not known.
        pods: Its pods that something happens to.
        status: ``added``, ``removed`` or ``changed``.
        findings: What the target makes less of than the program asks.
        source: Where the program makes it, as a file below the project with a line; empty where that is not told.
        note: What a reader must know of this part of the report; empty where there is nothing.
    """

    name: str
    kind: str
    target: str
    pods: tuple[PodReport, ...] = ()
    status: str = "changed"
    findings: tuple[Finding, ...] = ()
    source: str = ""
    note: str = ""

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """The findings that were not there before, and that the program does not accept."""
        return tuple(finding for finding in self.findings if not finding.known and not finding.accepted)


@attrs.frozen(kw_only=True)
class StackReport:
    """What becomes of a stack.

    Args:
        name: Its name.
        project: Its project; empty where it is not known.
        components: Its components of polypod that something happens to.
        counts: How many resources the engine would change, by ``create``, ``update``, ``replace`` and ``delete``.
        others: The resources outside of polypod's components that would change, in words.
        messages: What the preview says of the changes, in its own words.
        error: Why there is no preview; empty where there is one.
    """

    name: str
    project: str = ""
    components: tuple[ComponentReport, ...] = ()
    counts: Mapping[str, int] = attrs.field(factory=dict)
    others: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    error: str = ""

    def pods(self) -> Iterator[PodReport]:
        """All pods that something happens to."""
        for component in self.components:
            yield from component.pods

    @property
    def targets(self) -> str:
        """The targets of its components."""
        return ", ".join(sorted({component.target for component in self.components if component.target}))

    @property
    def changes(self) -> bool:
        """Whether anything would change, or whether that cannot be known."""
        changed = any(component.pods or component.status != "changed" for component in self.components)
        return bool(changed or self.others or sum(self.counts.values()) or self.error)

    @property
    def downtime(self) -> int:
        """The pods that are unavailable, for a while or for good."""
        return sum(pod.kind in INTERRUPTS for pod in self.pods())

    @property
    def data(self) -> int:
        """What somebody should know of data before the update."""
        return sum(len(pod.data) for pod in self.pods())

    @property
    def addresses(self) -> int:
        """The pods whose published address changes."""
        return sum(pod.effect is not None and bool(pod.effect.address) for pod in self.pods())

    @property
    def seconds(self) -> int:
        """The longest time that one of its pods is unavailable, at most."""
        return max((pod.effect.seconds for pod in self.pods() if pod.effect is not None), default=0)


@attrs.frozen(kw_only=True)
class Report:
    """What updates of several stacks would do.

    Args:
        stacks: The stacks, in the order they were asked for.
        compared: The two revisions of a program that were compared without a stack's state; empty for previews.
    """

    stacks: tuple[StackReport, ...]
    compared: tuple[str, ...] = ()

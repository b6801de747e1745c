"""What becomes of a stack: the engine's steps and what its components state, as one report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polypod.preview import components
from polypod.preview.components import Comparison, Stated
from polypod.preview.engine_output import EngineOutput, Step
from polypod.preview.records import ComponentReport, PodReport, StackReport
from polypod.preview.touched import Touch, Touched, touched
from polypod.targets.effects import Effect, Kind

_PREFIX = "polypod:index:"
_COUNTED = ("create", "update", "replace", "delete", "import")
_BEFORE = "what is there was made by a version of polypod that did not register its program: the resources tell"
_IN_PLACE = (Kind.ROLLS, Kind.RESTARTS)
_OUTSIDE = "not told by the program: a secret, an image that was built again, or the stack's config"


def stack_report(output: EngineOutput, name: str = "") -> StackReport:
    """What a preview says of one stack.

    Args:
        output: The preview.
        name: What the stack is called if no step names it.
    """
    first = next(iter(output.steps), None)
    if output.errors:  # the steps end where it failed, so that nothing would be said of what comes after
        return StackReport(
            name=first.stack if first else name, project=first.project if first else "", error="\n".join(output.errors)
        )
    tree = _Tree(output.steps)
    return StackReport(
        name=first.stack if first else name,
        project=first.project if first else "",
        components=tuple(_components(output, tree)),
        counts=Counter(step.op for step in output.steps if step.op in _COUNTED and not _is_group(step)),
        others=tuple(_other(step) for step in output.steps if step.op in _COUNTED and not tree.component_of(step)),
        messages=tuple(_messages(output, tree)),
    )


def _is_group(step: Step) -> bool:
    """Whether a resource only groups others: nothing is made for it."""
    return step.type == "pulumi:pulumi:Stack" or step.type.startswith(_PREFIX)


class _Tree:
    """Which component of polypod each resource stands below."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._parents = {step.urn: step.parent for step in steps}
        self.components = [step for step in steps if step.type.startswith(_PREFIX) and not self._outer(step.urn)]
        self._by_urn = {step.urn: step for step in self.components}

    def _outer(self, urn: str) -> str:
        """The URN of the outermost component above a resource; empty where there is none."""
        found, parent = "", self._parents.get(urn, "")
        while parent:
            found = parent if _type(parent).startswith(_PREFIX) else found
            parent = self._parents.get(parent, "")
        return found

    def component_of(self, step: Step) -> Step | None:
        """The component that a step is of or below; ``None`` for others."""
        if step.urn in self._by_urn:
            return step
        outer = self._outer(step.urn)
        if outer in self._by_urn:
            return self._by_urn[outer]
        below = [one for one in self.components if outer and step.name.startswith(f"{one.name}-")]
        return max(below, key=lambda one: len(one.name), default=None)


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 1 else ""


def _other(step: Step) -> str:
    return f"{step.op} {step.type} {step.name}" if step.op != "same" else ""


def _messages(output: EngineOutput, tree: _Tree) -> Iterator[str]:
    """What polypod says of the update, once each; what is not about one of its components is not its own."""
    own = {step.urn for step in output.steps if tree.component_of(step)}
    said = (found for found in output.diagnostics if found.severity in ("info", "warning") and found.urn in own)
    yield from dict.fromkeys(found.message.strip() for found in said)


def _components(output: EngineOutput, tree: _Tree) -> Iterator[ComponentReport]:
    below: dict[str, list[Step]] = {step.urn: [] for step in tree.components}
    for step in output.steps:
        if (component := tree.component_of(step)) is not None:
            below[component.urn].append(step)
    for component in tree.components:
        yield _component(component, below[component.urn], output.config)


def _component(component: Step, steps: list[Step], config: Mapping[str, str]) -> ComponentReport:
    """What becomes of a component."""
    name, kind = component.name, component.type.removeprefix(_PREFIX)
    old, new = Stated.of(component.inputs(after=False)), Stated.of(component.inputs())
    if component.op == "create" and new is not None:
        added = components.whole(name, kind, new, "added", _settings(config, new.target))
        return attrs.evolve(added, source=component.source)
    if component.op == "delete":
        gone = old or Stated.of(component.inputs())
        return components.whole(name, kind, gone, "removed", {}) if gone else _untold(name, kind, steps, "removed")
    if new is None:
        return _untold(name, kind, steps, "changed")
    done = _of_pods(touched(steps, name), name, new)
    settings = _settings(config, new.target)
    comparison = components.compare(old, new, settings) if old is not None else Comparison()
    pods = [_seen(pod, done.get(pod.name), new, settings) for pod in components.pod_reports(comparison)]
    listed = {pod.name for pod in pods}
    pods += [_unsaid(pod, found, new, settings) for pod, found in done.items() if pod not in listed and found.touch]
    recreated = [pod.name for pod in pods if pod.kind is Kind.RECREATED]
    pods = [_depending(pod, recreated, comparison) for pod in pods]
    return ComponentReport(
        name=name,
        kind=kind,
        target=new.target,
        pods=tuple(pods),
        findings=components.findings(old, new, settings),
        source=component.source,
        note=_BEFORE if old is None and pods else "",
    )


def _of_pods(done: Mapping[str, Touched], component: str, stated: Stated) -> dict[str, Touched]:
    """What is done to each pod, where one resource may run all pods of a component."""
    pods = stated.program.tree()
    if component in pods or component not in done:
        return dict(done)
    whole = done[component]
    return {pod: done.get(pod, Touched()).and_(whole) for pod in pods}


def _settings(config: Mapping[str, str], target: str) -> Mapping[str, Any]:
    """What the stack's config says of a target; nothing where it cannot be read."""
    try:
        found = json.loads(config.get(f"polypod:{target}", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _seen(pod: PodReport, found: Touched | None, stated: Stated, settings: Mapping[str, Any]) -> PodReport:
    """A pod whose program changes, with what the engine's steps do: they know what the program does not say."""
    touch = found.touch if found is not None else Touch.KEPT
    if pod.kind in (Kind.ADDED, Kind.REMOVED):
        return pod
    if touch is Touch.KEPT:
        calm = Effect(pod=pod.name, kind=Kind.NOTHING) if pod.effect is None else _calmed(pod.effect)
        return attrs.evolve(pod, effect=calm, causes=())
    if pod.effect is None or pod.kind is Kind.NOTHING or (touch is Touch.RECREATED and pod.kind in _IN_PLACE):
        return attrs.evolve(_unsaid(pod.name, found or Touched(), stated, settings), changes=pod.changes, data=pod.data)
    return pod


def _depending(pod: PodReport, recreated: list[str], comparison: Comparison) -> PodReport:
    """A pod that only changes if another one gets another address, as far as the engine knows before that is made."""
    planned = comparison.effects.get(pod.name)
    calm = planned is not None and planned.kind is Kind.NOTHING
    if not recreated or pod.name in recreated or not calm or pod.kind is Kind.NOTHING:
        return pod
    return attrs.evolve(
        pod, certain=False, causes=(f"the address of {', '.join(recreated)}, which is known only then",)
    )


def _calmed(effect: Effect) -> Effect:
    """An effect on a pod none of whose containers is touched."""
    if effect.kind is Kind.NOTHING:
        return effect
    return Effect(pod=effect.pod, kind=Kind.NOTHING, address=effect.address)


def _unsaid(pod: str, found: Touched, stated: Stated, settings: Mapping[str, Any]) -> PodReport:
    """A pod that the steps change though its program says nothing new: a secret, an image that was built again."""
    effect = components.as_if_replaced(pod, stated, settings)
    if found.touch is Touch.HELPER:
        effect = Effect(pod=pod, kind=Kind.ROLLS, order="only containers other than the main one are replaced")
    elif found.touch is Touch.RECREATED and effect is not None and effect.kind in _IN_PLACE:
        effect = attrs.evolve(effect, kind=Kind.RECREATED)
    what = ", ".join(found.properties)
    return PodReport(name=pod, effect=effect, causes=(f"{what} ({_OUTSIDE})" if what else _OUTSIDE,))


def _untold(name: str, kind: str, steps: list[Step], status: str) -> ComponentReport:
    """A component that states no program, before or after: only its resources tell something."""
    pods = [
        PodReport(name=pod, causes=found.properties, effect=None if found.touch else Effect(pod=pod, kind=Kind.NOTHING))
        for pod, found in touched(steps, name).items()
    ]
    return ComponentReport(name=name, kind=kind, target="", pods=tuple(pods), status=status, note=_BEFORE)

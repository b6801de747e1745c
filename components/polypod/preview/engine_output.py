"""What ``pulumi preview --json`` printed: one document, or the stream of events that newer engines print when asked.

The document is the ``PreviewDigest`` of Pulumi's ``pkg/display/json.go``, the events are those of its
``sdk/go/common/apitype/events.go``. What a version adds is passed over, what an older one lacks is taken as empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polypod.preview.errors import PreviewError

_PROJECT = "project:///"
_SPACE = re.compile(r"\s*")
_COLOUR = re.compile(r"<\{%.*?(?:%\}>|\Z)", re.DOTALL)
"""A mark, such as ``<{%reset%}>``, that engines leave in events for colours."""


def _is_own(place: str) -> bool:
    """Whether a place is in the program, and not in a package that it uses."""
    return "/../" not in place and "site-packages" not in place


_FIX = "give what `pulumi preview --json` has printed, whole"


@attrs.frozen(kw_only=True)
class Step:
    """What the engine would do to one resource.

    Args:
        op: The operation, such as ``create``, ``update``, ``replace``, ``delete`` or ``same``.
        urn: The URN of the resource.
        old: Its state now; empty where there is none.
        new: Its state then; empty where there is none.
        changed: The paths of the properties that change.
        forced_by: The properties that force a replacement.
    """

    op: str
    urn: str
    old: Mapping[str, Any] = attrs.field(factory=dict)
    new: Mapping[str, Any] = attrs.field(factory=dict)
    changed: tuple[str, ...] = ()
    forced_by: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The type of the resource."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """The logical name of the resource."""
        return self.urn.split("::", 3)[3]

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return self.urn.split("::")[0].removeprefix("urn:pulumi:")

    @property
    def project(self) -> str:
        """The name of the project."""
        return self.urn.split("::")[1]

    @property
    def parent(self) -> str:
        """The URN of the parent; empty where it is not told."""
        return str((self.new or self.old).get("parent") or "")

    @property
    def source(self) -> str:
        """Where the program made it, as a file below the project with a line; empty where that is not told."""
        trace = (self.new or self.old).get("stackTrace")
        places = [str(frame.get("sourcePosition", "")) for frame in trace or () if isinstance(frame, Mapping)]
        own = (place.removeprefix(_PROJECT) for place in places if place.startswith(_PROJECT) and _is_own(place))
        return next(own, "")

    def inputs(self, *, after: bool = True) -> Mapping[str, Any]:
        """The inputs, as they are to be or as they are."""
        state = self.new if after else self.old
        inputs = state.get("inputs")
        return inputs if isinstance(inputs, Mapping) else {}


@attrs.frozen(kw_only=True)
class Diagnostic:
    """Something that the engine, a provider or the program said.

    Args:
        severity: ``info``, ``info#err``, ``warning`` or ``error``.
        message: The text.
        urn: The resource it is about; empty where it is about none.
    """

    severity: str
    message: str
    urn: str = ""


@attrs.frozen(kw_only=True)
class EngineOutput:
    """A preview.

    Args:
        steps: What would be done, in the order of the engine.
        diagnostics: What was said.
        config: The stack's config by full keys, secrets blinded.
    """

    steps: tuple[Step, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    config: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def errors(self) -> list[str]:
        """What went wrong."""
        return [found.message.strip() for found in self.diagnostics if found.severity == "error"]


def parse(text: str, source: str) -> EngineOutput:
    """What a preview printed, in either form.

    Args:
        text: The output.
        source: Where it comes from, for messages.

    Raises:
        PreviewError: It is neither.
    """
    documents = list(_documents(text, source))
    if len(documents) == 1 and documents[0].keys() & {"steps", "changeSummary", "diagnostics", "config"}:
        return _digest(documents[0], source)
    if documents and all("sequence" in document or "timestamp" in document for document in documents):
        return _events(documents, source)
    if len(documents) == 1 and "result" in documents[0]:
        what = "it is the summary of `pulumi preview --output json`, which has no steps"
        raise PreviewError(source, what, "run `pulumi preview --json`")
    raise PreviewError(source, "it is no preview of Pulumi's", _FIX)


def _documents(text: str, source: str) -> Iterator[Mapping[str, Any]]:
    """Each JSON object in a text; what an engine prints before the first one is passed over."""
    decoder = json.JSONDecoder()
    at = 0 if text.lstrip().startswith("{") else text.find("\n{") + 1
    if "{" not in text[at : at + 1] and not text.lstrip().startswith("{"):
        raise PreviewError(source, "it holds no JSON", _FIX)
    while (at := _SPACE.match(text, at).end()) < len(text):  # type: ignore[union-attr]  # it matches nothing, too
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise PreviewError(source, f"it is broken JSON: {error}", _FIX) from None
        if not isinstance(document, Mapping):
            raise PreviewError(source, "it holds JSON that is no object", _FIX)
        yield document


def _digest(document: Mapping[str, Any], source: str) -> EngineOutput:
    steps = _list(document, "steps", source)
    return EngineOutput(
        steps=tuple(_step(step, f"{source}: steps[{i}]", _DIGEST) for i, step in enumerate(steps)),
        diagnostics=tuple(_diagnostics(_list(document, "diagnostics", source))),
        config=_texts(document.get("config")),
    )


def _events(events: Iterable[Mapping[str, Any]], source: str) -> EngineOutput:
    steps: list[Step] = []
    said: list[Any] = []
    config: Mapping[str, str] = {}
    for i, event in enumerate(events):
        if "preludeEvent" in event:
            config = _texts(event["preludeEvent"].get("config"))
        elif "diagnosticEvent" in event:
            said.append(event["diagnosticEvent"])
        elif "resourcePreEvent" in event:
            place = f"{source}: event {i + 1}"
            steps.append(_step(event["resourcePreEvent"].get("metadata"), place, _EVENT))
    said = [item for item in said if not item.get("ephemeral") and item.get("severity") != "debug"]
    return EngineOutput(steps=tuple(steps), diagnostics=tuple(_diagnostics(said)), config=config)


_DIGEST = ("oldState", "newState", "diffReasons", "replaceReasons")
_EVENT = ("old", "new", "diffs", "keys")


def _step(step: Any, place: str, names: tuple[str, str, str, str]) -> Step:
    urn, op = (step.get("urn"), step.get("op")) if isinstance(step, Mapping) else (None, None)
    if not isinstance(op, str) or not isinstance(urn, str) or urn.count("::") < 3:  # noqa: PLR2004 - of a URN
        raise PreviewError(place, "it has no operation, or no URN", _FIX)
    old, new, reasons, forces = (step.get(name) for name in names)
    detailed = step.get("detailedDiff")
    return Step(
        op=op,
        urn=urn,
        old=old if isinstance(old, Mapping) else {},
        new=new if isinstance(new, Mapping) else {},
        changed=tuple(detailed) if isinstance(detailed, Mapping) and detailed else tuple(map(str, reasons or ())),
        forced_by=tuple(map(str, forces or ())),
    )


def _diagnostics(items: Iterable[Any]) -> Iterator[Diagnostic]:
    for item in items:
        if isinstance(item, Mapping):
            severity, urn = str(item.get("severity", "")), str(item.get("urn", ""))
            yield Diagnostic(severity=severity, message=_COLOUR.sub("", str(item.get("message", ""))), urn=urn)


def _list(document: Mapping[str, Any], key: str, source: str) -> list[Any]:
    found = document.get(key)
    if found is not None and not isinstance(found, list):
        raise PreviewError(source, f"{key} is no list", _FIX)
    return found or []


def _texts(data: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, Mapping) else {}

"""Leaf values: texts, secrets, values known only later, and texts that refer to other pods.

A text may hold references to other pods: ``polypod{db.host}``, ``polypod{db.port}`` and ``polypod{db.port.metrics}``.
They are what ``Pod.host`` and ``Pod.port`` return, so an ordinary f-string builds a reference; each target resolves
them. ``:nowait`` at the end, as in ``polypod{db.host:nowait}``, keeps the pod from waiting for the other. Everything
else in a text stays as it is, whatever it means to shells, templates or platforms. ``polypod{polypod}`` stands for the
word itself, so that ``polypod{polypod}{db.host}`` becomes the text ``polypod{db.host}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol, runtime_checkable

import attrs

MARKER = re.compile(r"polypod\{([^{}\n]*)\}")
"""What no other tool's text has: everything of this form is a reference or a mistake."""

_REFERENCE = re.compile(
    r"(?P<pod>[a-z0-9]([a-z0-9-]*[a-z0-9])?)\.(?P<field>host|port)(\.(?P<port>[A-Za-z0-9_-]+))?(?P<nowait>:nowait)?"
)
_WORD = "polypod"

NO_TEXT = "<not a string: join it with polypod.concat()>"
"""What a secret or a template leaves in an f-string by mistake, for the rules to find."""


@runtime_checkable
class Deferred(Protocol):
    """A value known only while deploying; in practice a ``pulumi.Output``."""

    def apply(self, func: Callable[[Any], Any]) -> Any:
        """Transform the value once it is known."""


@attrs.frozen
class Secret:
    """A value that must never be shown.

    Args:
        value: The text, or a deferred value such as ``config.require_secret("dbPassword")``.
    """

    value: str | Deferred = attrs.field(repr=False)

    def __str__(self) -> str:
        return NO_TEXT


@attrs.frozen
class Placeholder:
    """A target's substitute for a reference whose value the platform chooses; programs never create one."""


Part = str | Secret | Deferred | Placeholder
"""A part of a text."""


@attrs.frozen
class Template:
    """Parts put together to one text; needed where a part is a secret or deferred.

    Args:
        parts: Texts, secrets and deferred values, in order.
    """

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return NO_TEXT


Value = str | int | float | Secret | Template | Deferred
"""What an environment variable or a file may hold."""


def concat(*parts: Value) -> Template:
    """Put texts, secrets and deferred values together to one value.

    Args:
        parts: The values, in order; templates among them are flattened.
    """
    flat: list[Part] = []
    for part in parts:
        if isinstance(part, Template):
            flat += part.parts
        elif isinstance(part, int | float) and not isinstance(part, bool):
            flat.append(str(part))
        else:
            flat.append(part)  # type: ignore[arg-type]  # what is no value, a bool too, is for the rules to report
    return Template(tuple(flat))


def parts_of(value: Value) -> tuple[Part, ...]:
    """A value as the parts it is made of."""
    return concat(value).parts


@attrs.frozen
class Reference:
    """A place in a text that names another pod.

    Args:
        pod: The name of the pod, or of a container in the same pod.
        field: ``host`` or ``port``.
        port: The name of the port, for ``port``; empty for the first port of the main container.
        waits: Whether the pod it stands in waits for the other to be ready.
    """

    pod: str
    field: str
    port: str = ""
    waits: bool = True

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """The content of a marker as a reference; ``None`` if it is not one."""
        match = _REFERENCE.fullmatch(text)
        return cls(match["pod"], match["field"], match["port"] or "", not match["nowait"]) if match else None

    def __str__(self) -> str:
        path = ".".join(filter(None, (self.pod, self.field, self.port)))
        return f"polypod{{{path}{'' if self.waits else ':nowait'}}}"


def references(value: Value) -> Iterator[Reference]:
    """Every reference that a value holds."""
    yield from filter(None, map(Reference.parse, _marked(value)))


def malformed_references(value: Value) -> Iterator[str]:
    """The content of every marker in a value that is not a valid reference."""
    yield from (text for text in _marked(value) if text != _WORD and Reference.parse(text) is None)


def _marked(value: Value) -> Iterator[str]:
    for part in parts_of(value):
        if isinstance(part, str):
            yield from (match[1] for match in MARKER.finditer(part))


def resolve(value: Value, lookup: Callable[[Reference], str | Placeholder]) -> Template:
    """Replace every reference by what ``lookup`` says.

    Args:
        value: The value to resolve.
        lookup: Called with each reference; returns what to put in its place.
    """
    return Template(tuple(piece for part in parts_of(value) for piece in _resolved(part, lookup)))


def _resolved(part: Part, lookup: Callable[[Reference], str | Placeholder]) -> list[Part]:
    """A part with its references replaced; texts that follow each other become one."""
    if not isinstance(part, str):
        return [part]
    pieces: list[Part] = [""]
    start = 0
    for match in MARKER.finditer(part):
        for piece in (part[start : match.start()], _meaning(match, lookup)):
            _append(pieces, piece)
        start = match.end()
    _append(pieces, part[start:])
    return [piece for piece in pieces if piece] or [""]


def _meaning(marker: re.Match[str], lookup: Callable[[Reference], str | Placeholder]) -> str | Placeholder:
    reference = Reference.parse(marker[1])
    if reference is not None:
        return lookup(reference)
    return _WORD if marker[1] == _WORD else marker[0]


def _append(pieces: list[Part], piece: Part) -> None:
    last = pieces[-1]
    if isinstance(last, str) and isinstance(piece, str):
        pieces[-1] = last + piece
    else:
        pieces.append(piece)

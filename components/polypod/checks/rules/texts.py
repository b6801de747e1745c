"""Rules for the strings that a container gets: environment variables, commands and files."""

from __future__ import annotations

from collections.abc import Iterator

from polypod.errors import Problem
from polypod.model.application import values
from polypod.model.container import Container
from polypod.model.probe import Exec
from polypod.model.value import MARKER, NO_TEXT, Secret, Value, parts_of

_LOST = (NO_TEXT, "Calling __str__ on an Output[T] is not supported")
_LONGEST = 128 * 1024 - 1
"""Bytes of one argument, or of one variable with its name; see MAX_ARG_STRLEN in Linux' execve(2)."""

_FILE = "put long texts into files of a ConfigVolume or SecretVolume"
_MOST = 2 * 1024 * 1024
"""Bytes of all arguments and variables together at the usual limit of the stack, 8 MiB; see execve(2)."""


def text_problems(path: str, container: Container) -> Iterator[Problem]:
    """Check the environment variables, commands and files of a container.

    Args:
        path: Its path in the model.
        container: The container.
    """
    for name in container.env:
        if not name or "=" in name or "\0" in name or not _is_encodable(name):
            what = f"{name!r} is not the name of an environment variable"
            yield Problem("PP140", f"{path}.env.{name}", what, "use characters other than '=' and NUL, at least one")
    for field, value in values(container):
        yield from lost_values(f"{path}.{field}", value)
        yield from _content_problems(f"{path}.{field}", value, file=field.startswith("mounts"))
    yield from _length_problems(path, container)
    for kind in ("readiness", "liveness", "startup"):
        probe = getattr(container, kind)
        if probe is not None and isinstance(probe.action, Exec):
            for i, argument in enumerate(probe.action.command):
                yield from _content_problems(f"{path}.{kind}.command[{i}]", argument, file=False)


def _length_problems(path: str, container: Container) -> Iterator[Problem]:
    sizes = {f"env.{name}": len(f"{name}=") + known_size(value) for name, value in container.env.items()}
    for field in ("command", "args"):
        sizes |= {f"{field}[{i}]": known_size(text) for i, text in enumerate(getattr(container, field))}
    for field, size in sizes.items():
        if size > _LONGEST:
            what = f"it is {size} bytes long, and Linux takes {_LONGEST} at most"
            yield Problem("PP141", f"{path}.{field}", what, _FILE)
    total = sum(sizes.values())
    if total > _MOST:
        what = f"its command, arguments and variables are {total} bytes together, and Linux takes {_MOST} at most"
        yield Problem("PP141", path, what, _FILE)


def known_size(value: Value | bytes) -> int:
    """The bytes of a value, without those of parts that are known only later."""
    if isinstance(value, bytes):
        return len(value)
    known = (part.value if isinstance(part, Secret) else part for part in parts_of(value))
    return sum(len(text.encode(errors="replace")) for text in known if isinstance(text, str))


def lost_values(path: str, value: Value) -> Iterator[Problem]:
    """Report a string that a secret or an output was formatted into."""
    if any(lost in part for part in parts_of(value) if isinstance(part, str) for lost in _LOST):
        yield Problem(
            "PP142",
            path,
            "a secret, a template or a Pulumi output was put into a string, which cannot hold its value",
            "join its parts with concat(), or with pulumi.Output.concat() for an image",
        )


def unresolved(path: str, text: str) -> Iterator[Problem]:
    """Report a reference where references are not resolved."""
    match = MARKER.search(text)
    if match:
        yield Problem(
            "PP143",
            path,
            f"the reference {match[0]!r} is not resolved here",
            "put it into an environment variable and read that",
        )


def _content_problems(path: str, value: Value, *, file: bool) -> Iterator[Problem]:
    texts = [part for part in parts_of(value) if isinstance(part, str)]
    if not all(map(_is_encodable, texts)):
        fix = "give bytes" if file else "leave it out: it is half of a character"
        yield Problem("PP144", path, "a character in it has no encoding in UTF-8 (a surrogate)", fix)
    if not file and any("\0" in text for text in texts):
        yield Problem("PP145", path, "a NUL character in it would end it", "leave it out, or put the text into a file")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

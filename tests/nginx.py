"""nginx configurations as a parser reads them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import crossplane


@attrs.frozen
class Directive:
    """A directive with its arguments, and what is in its block."""

    name: str
    args: tuple[str, ...]
    block: tuple[Directive, ...] = ()

    def all(self, name: str, *args: str) -> Iterator[Directive]:
        """The directives of a name in its block that begin with some arguments."""
        return (found for found in self.block if found.name == name and found.args[: len(args)] == args)

    def one(self, name: str, *args: str) -> Directive:
        """The only one of these."""
        (found,) = self.all(name, *args)
        return found

    def value(self, name: str) -> str | None:
        """The argument of a directive, if it is there."""
        found = next(self.all(name), None)
        return found and " ".join(found.args)


def parsed(text: str) -> Directive:
    """A configuration; what nginx would refuse fails.

    Args:
        text: The text of the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nginx.conf"
        path.write_text(text)
        result = crossplane.parse(str(path), strict=False, check_args=True, check_ctx=True)
    errors = [error["error"] for error in result["errors"] if "unknown directive" not in error["error"]]
    assert errors == []
    (file,) = result["config"]
    return Directive("main", (), _directives(file["parsed"]))


def _directives(items: Sequence[dict[str, Any]]) -> tuple[Directive, ...]:
    return tuple(
        Directive(item["directive"], tuple(item["args"]), _directives(item.get("block", []))) for item in items
    )

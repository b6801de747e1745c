"""Rules for names and quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.errors import Problem
from polypod.model.quantity import Memory, Quantity

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?")
"""Shorter than a DNS label, because platforms add a number or a hash; a letter first, because Kubernetes wants it and
because a number alone would be read as an address."""


def name_problems(path: str, name: str) -> Iterator[Problem]:
    """Check the name of a container, a volume or a group."""
    if not _NAME.fullmatch(name):
        yield Problem(
            "PP110",
            f"{path}.name",
            f"{name!r} is not a name",
            "use 1 to 50 lower-case letters, digits and hyphens, a letter first and no hyphen last",
        )
    elif name == "localhost":
        yield Problem("PP111", f"{path}.name", "'localhost' means the pod itself everywhere", "choose another name")


def quantity_problems(path: str, quantity: Quantity | None) -> Iterator[Problem]:
    """Check a quantity."""
    if quantity is not None and quantity.problem:
        yield Problem("PP112", path, quantity.problem, f"write {quantity.example}")


def size_problems(path: str, size: Memory | None) -> Iterator[Problem]:
    """Check an amount of memory or storage; less than 1 MiB is taken for a number without its unit."""
    yield from quantity_problems(path, size)
    if size is not None and not size.problem and size.amount < _LEAST:
        yield Problem(
            "PP113",
            path,
            f"{size.text!r} is {size.amount} bytes, too little for any platform",
            "write it with a unit, as in '256Mi'; the least is 1Mi",
        )


_LEAST = 1024 * 1024

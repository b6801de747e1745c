"""Amounts with a unit, parsed once: CPU, memory and time.

A text that cannot be read does not raise here. The amount remembers why in ``problem``, so that all
problems of a program can be reported together, each with its path.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal, Self

import attrs

Unlimited = Literal["unlimited"]

_AMOUNT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$")


@attrs.frozen
class Quantity:
    """An amount in its smallest unit, with the text it came from.

    Args:
        text: What the program said.
        amount: The amount in the smallest unit, rounded up.
        problem: Why the text is no amount; empty when it is one.
    """

    text: str = attrs.field(eq=False)
    amount: int = 0
    problem: str = ""

    units: ClassVar[Mapping[str, Decimal]]
    example: ClassVar[str]
    ambiguous: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def parse(cls, value: str | float | Self) -> Self:
        """Read an amount.

        Args:
            value: A number, a text with a unit, or an amount that is returned as it is.
        """
        if isinstance(value, cls):
            return value
        text = str(value)
        match = _AMOUNT.match(text)
        factor = cls.units.get(match[2]) if match else None
        if match is None or factor is None:
            why = cls.ambiguous.get(match[2], "") if match else ""
            return cls(text, problem=f"{text!r} is not {cls.example}{why}")
        amount = math.ceil(Decimal(match[1]) * factor)
        if amount <= 0:
            return cls(text, problem=f"{text!r} is not more than nothing")
        return cls(text, amount)


@attrs.frozen
class Cpu(Quantity):
    """Processing power. ``amount`` is millicores; a bare number is cores, as in Kubernetes."""

    units: ClassVar = {"": Decimal(1000), "m": Decimal(1)}
    example: ClassVar = "an amount of CPU such as '250m' or 0.5"


_BINARY = {f"{prefix}i": Decimal(1024**power) for power, prefix in enumerate("KMGT", 1)}
_DECIMAL = {prefix: Decimal(1000**power) for power, prefix in enumerate("kMGT", 1)}


@attrs.frozen
class Memory(Quantity):
    """Memory or storage. ``amount`` is bytes; a bare number is bytes, as in Kubernetes."""

    units: ClassVar = {"": Decimal(1), **_BINARY, **_DECIMAL}
    example: ClassVar = "an amount of memory such as '256Mi' or '1G'"
    ambiguous: ClassVar = {"m": ": Docker reads 'm' as mebibytes, Kubernetes as thousandths of a byte"}


@attrs.frozen
class Duration(Quantity):
    """A time span. ``amount`` is milliseconds; a bare number is seconds."""

    units: ClassVar = {
        "": Decimal(1000),
        "ms": Decimal(1),
        "s": Decimal(1000),
        "m": Decimal(60_000),
        "h": Decimal(3_600_000),
    }
    example: ClassVar = "a time span such as '30s', '500ms' or '2m'"

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded up to at least one: most platforms know no less."""
        return math.ceil(self.amount / 1000)


def canonical(amount: Quantity) -> str:
    """The shortest text with a whole number that stands for an amount, whatever the program wrote.

    Args:
        amount: The amount.
    """
    whole = [(amount.amount // factor, unit) for unit, factor in amount.units.items() if not amount.amount % factor]
    number, unit = min(whole, key=lambda text: (len(f"{text[0]}"), -len(text[1])))
    return f"{number}{unit}" if amount.amount else amount.text


def cpu(value: str | float | Cpu) -> Cpu:
    """An amount of CPU from a text or a number of cores."""
    return Cpu.parse(value)


def memory(value: str | int | Memory) -> Memory:
    """An amount of memory from a text or a number of bytes."""
    return Memory.parse(value)


def duration(value: str | float | Duration) -> Duration:
    """A time span from a text or a number of seconds."""
    return Duration.parse(value)


def memory_limit(value: str | int | Memory) -> Memory | Unlimited:
    """An amount of memory, or none to stop at."""
    return "unlimited" if value == "unlimited" else Memory.parse(value)


def duration_limit(value: str | float | Duration) -> Duration | Unlimited:
    """A time span, or none to stop at."""
    return "unlimited" if value == "unlimited" else Duration.parse(value)

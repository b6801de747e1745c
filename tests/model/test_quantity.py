"""Amounts with a unit are read once, rounded up, and remember why they cannot be read."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod.model.quantity import Cpu, Duration, Memory, Quantity, cpu, duration, memory

KINDS = [Cpu, Memory, Duration]
texts = st.text("0123456789.-+ eEnmkKMGTsih_\n٣½", max_size=8)
numbers = st.decimals(min_value="0.001", max_value=10**6, places=3).map(lambda number: f"{number:f}")


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (250, cpu("250m")),
        (500, cpu("0.5")),
        (500, cpu(0.5)),
        (2000, cpu(2)),
        (1, cpu("0.0001")),
        (256 * 1024**2, memory("256Mi")),
        (256 * 1000**2, memory("256M")),
        (1024**3, memory("1Gi")),
        (1536 * 1024**2, memory("1.5Gi")),
        (1000, memory("1k")),
        (1024, memory("1Ki")),
        (1024**4, memory(" 1 Ti ")),
        (512, memory(512)),
        (30_000, duration(30)),
        (30_000, duration("30s")),
        (500, duration("500ms")),
        (500, duration(0.5)),
        (120_000, duration("2m")),
        (3_600_000, duration("1h")),
    ],
)
def test_amounts_are_read(expected: int, actual: Quantity) -> None:
    """A text or a number becomes millicores, bytes or milliseconds."""
    assert ("", expected) == (actual.problem, actual.amount)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("'much' is not an amount of CPU such as '250m' or 0.5", cpu("much")),
        ("'' is not an amount of CPU such as '250m' or 0.5", cpu("")),
        ("'-1' is not an amount of CPU such as '250m' or 0.5", cpu(-1)),
        ("'nan' is not an amount of CPU such as '250m' or 0.5", cpu(math.nan)),
        ("'inf' is not an amount of CPU such as '250m' or 0.5", cpu(math.inf)),
        ("'True' is not an amount of CPU such as '250m' or 0.5", cpu(True)),
        ("'0' is not more than nothing", cpu(0)),
        ("'256MB' is not an amount of memory such as '256Mi' or '1G'", memory("256MB")),
        ("'1g' is not an amount of memory such as '256Mi' or '1G'", memory("1g")),
        ("'5 days' is not a time span such as '30s', '500ms' or '2m'", duration("5 days")),
        ("'1m30s' is not a time span such as '30s', '500ms' or '2m'", duration("1m30s")),
        ("'0s' is not more than nothing", duration("0s")),
    ],
)
def test_what_is_no_amount_says_why(expected: str, actual: Quantity) -> None:
    """Nothing is raised: all problems of a program are reported together."""
    assert expected == actual.problem


def test_memory_in_m_is_refused_with_its_reason() -> None:
    """``256m`` means mebibytes to Docker and thousandths of a byte to Kubernetes, so it means nothing here."""
    assert memory("256m").problem == (
        "'256m' is not an amount of memory such as '256Mi' or '1G': "
        "Docker reads 'm' as mebibytes, Kubernetes as thousandths of a byte"
    )


@given(st.sampled_from(KINDS), texts | st.integers() | st.floats() | st.booleans())
def test_reading_never_raises(kind: type[Quantity], value: object) -> None:
    """Whatever a program says, it gets an amount or a reason, never both."""
    read = kind.parse(value)
    assert bool(read.problem) == (read.amount == 0)


@given(st.sampled_from(KINDS), numbers, st.data())
def test_reading_rounds_up_to_the_next_unit(kind: type[Quantity], number: str, data: st.DataObject) -> None:
    """A program gets what it asked for, and less than one smallest unit more."""
    unit = data.draw(st.sampled_from(sorted(kind.units)))
    asked = Decimal(number) * kind.units[unit]
    assert 0 <= kind.parse(f"{number}{unit}").amount - asked < 1


@given(st.sampled_from(KINDS), numbers, numbers, st.data())
def test_reading_keeps_the_order(kind: type[Quantity], one: str, other: str, data: st.DataObject) -> None:
    """More never becomes less."""
    unit = data.draw(st.sampled_from(sorted(kind.units)))
    less, more = sorted((one, other), key=Decimal)
    assert kind.parse(f"{less}{unit}").amount <= kind.parse(f"{more}{unit}").amount


@given(st.sampled_from(KINDS), texts | numbers)
def test_reading_twice_changes_nothing(kind: type[Quantity], text: str) -> None:
    """An amount is read as itself."""
    assert kind.parse(text) is not kind.parse(text)
    assert kind.parse(text) == kind.parse(kind.parse(text))


@pytest.mark.parametrize(
    ("expected", "span"), [(1, "1ms"), (1, "1s"), (2, "1001ms"), (60, "1m"), (90, "1.5m"), (7200, "2h")]
)
def test_seconds_round_up_to_at_least_one(expected: int, span: str) -> None:
    """Platforms with whole seconds never wait less than a program asked for."""
    assert expected == duration(span).seconds

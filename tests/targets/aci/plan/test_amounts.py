"""CPU and memory: Azure's steps, its least amounts, and limits."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polypod import Container, Finding, Gateway, Pod, Resources, Verdict, check
from polypod.targets.aci.plan.amounts import resources
from tests.programs import container, web
from tests.targets.aci.groups import TOGETHER, properties


def sized(*each: Resources) -> list[Container]:
    """Containers with the given resources."""
    return [container(f"c{i}", resources=item) for i, item in enumerate(each)]


def numbers(found: Any) -> list[tuple[float, float, float, float]]:
    """CPU and memory that each container requests, and their limits."""
    return [
        (
            *(part["requests"][kind] for kind in ("cpu", "memoryInGB")),
            *(part["limits"][kind] for kind in ("cpu", "memoryInGB")),
        )
        for part in found
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([Resources()], [(1, 1, 1, 1)]),
        ([Resources("2", "3Gi")], [(2, 3, 2, 3)]),
        ([Resources("1001m", "1025Mi")], [(1.01, 1.1, 1.01, 1.1)]),
        ([Resources("1.5", "1536Mi", cpu_limit=2, memory_limit="2Gi")], [(2, 2, 2, 2)]),
        ([Resources("250m", "256Mi")] * 2, [(0.25, 0.3, 0.25, 0.3), (0.75, 0.7, 0.75, 0.7)]),
        ([Resources("250m", "256Mi"), Resources()], [(0.25, 0.3, 0.25, 0.3), (0.75, 0.7, 1, 1)]),
        ([Resources()] * 4, [(0.25, 0.5, 1, 2)] * 4),
    ],
)
def test_amounts_are_rounded_up_to_what_azure_has(asked: list[Resources], expected: list[tuple[float, ...]]) -> None:
    """In steps of 0.01 CPU and 0.1 GB, at least 1 of both for the group; the last container gets what is left."""
    assert numbers(resources(sized(*asked))) == expected


def test_what_a_limit_needs_is_requested() -> None:
    """No container may take more than what all request together."""
    found = resources(sized(Resources(cpu_limit=2), Resources()))
    assert [part["requests"]["cpu"] for part in found] == [0.25, 1.75]
    assert [part["limits"]["cpu"] for part in found] == [2, 2]


def test_a_limit_is_kept_while_another_container_can_request_the_rest() -> None:
    """The rest goes to the last one that has room for it."""
    found = resources(sized(Resources(cpu_limit=2), Resources(cpu_limit="500m")))
    assert [part["limits"]["cpu"] for part in found] == [2, 0.5]
    assert [part["requests"]["cpu"] for part in found] == [1.5, 0.5]


TINY = Resources(cpu_limit="100m", memory_limit="64Mi")


def test_a_limit_below_what_a_group_has_is_raised_and_said() -> None:
    """The container takes what is paid for."""
    assert numbers(resources(sized(TINY))) == [(1, 1, 1, 1)]
    found = [finding for finding in check(web(resources=TINY), "aci") if finding.verdict is Verdict.DEGRADED]
    fix = "nothing, as that is paid for anyway, or ask for as much"
    assert found == [
        Finding(
            "PP524",
            f"pods.web.main.resources.{field}_limit",
            None,
            Verdict.DEGRADED,
            f"it may take more than its limit: a group has at least 1 {unit}",
            fix,
        )
        for field, unit in (("cpu", "CPU"), ("memory", "GB"))
    ]


def test_replicas_are_said_once() -> None:
    """The limit of each is the same."""
    found = check(Pod(container(resources=TINY), replicas=3), "aci")
    assert [f.path for f in found if f.verdict is Verdict.DEGRADED] == [
        "pods.web.main.resources.cpu_limit",
        "pods.web.main.resources.memory_limit",
    ]


def test_in_one_group_the_gateway_gets_the_rest() -> None:
    """So that no limit is raised."""
    app = Gateway([web(resources=TINY)])
    assert Verdict.DEGRADED not in {finding.verdict for finding in check(app, "aci", settings=TOGETHER)}
    first, last = properties(app, "", TOGETHER)["containers"]
    assert numbers([first["properties"]["resources"]]) == [(0.1, 0.1, 0.1, 0.1)]
    assert numbers([last["properties"]["resources"]]) == [(0.9, 0.9, 1, 1)]


@st.composite
def stated(draw: st.DrawFn) -> Resources:
    """What a valid program says."""
    fields: dict[str, Any] = {}
    for field, unit, least in (("cpu", "m", 1), ("memory", "Mi", 6)):
        low, high = sorted(draw(st.tuples(st.integers(least, 4000), st.integers(least, 4000))))
        fields[field] = draw(st.sampled_from([None, f"{low}{unit}"]))
        fields[f"{field}_limit"] = draw(st.sampled_from([None, f"{high}{unit}"]))
    return Resources(**fields)


@settings(max_examples=60, deadline=None)
@given(st.lists(stated(), min_size=1, max_size=5))
def test_whatever_is_asked_for_azure_takes_it(asked: list[Resources]) -> None:
    """And nobody gets less than asked for, or may take less."""
    found = resources(sized(*asked))
    for kind, field, step, unit in (("cpu", "cpu", "0.01", 1000), ("memoryInGB", "memory", "0.1", 1024**3)):
        requests = [Decimal(str(part["requests"][kind])) for part in found]
        limits = [Decimal(str(part["limits"][kind])) for part in found]
        assert all(amount % Decimal(step) == 0 and amount > 0 for amount in (*requests, *limits))
        assert sum(requests) >= 1
        for item, request, limit in zip(asked, requests, limits, strict=True):
            assert request <= limit <= sum(requests)
            if (promised := getattr(item, field)) is not None:
                assert request >= Decimal(promised.amount) / unit
            if (most := getattr(item, f"{field}_limit")) is not None:
                assert limit >= Decimal(most.amount) / unit
        most = [getattr(item, f"{field}_limit") for item in asked]
        if None in most:  # somebody can take the rest
            steps = 1 / Decimal(step)
            exact = [math.ceil(Decimal(one.amount) * steps / unit) / steps if one else None for one in most]
            assert [limit if one else None for limit, one in zip(limits, most, strict=True)] == exact

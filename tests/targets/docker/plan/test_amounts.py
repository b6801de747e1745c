"""CPU and memory: what Docker promises, and what it limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import Resources
from tests.programs import web
from tests.targets.docker.plans import only

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ((None, None, None, None), {}),
        ((None, None, 25_000, 256), {"cpu": "250m"}),
        ((None, None, 150_000, 1536), {"cpu": 1.5}),
        ((None, None, 200_000, 512), {"cpu": "500m", "cpu_limit": 2}),
        ((None, None, 100_000, None), {"cpu_limit": 1}),
        ((None, None, 1000, 2), {"cpu": "1m"}),
        ((256, None, None, None), {"memory": "256Mi"}),
        ((245, None, None, None), {"memory": "256M"}),
        ((512, 256, None, None), {"memory": "256Mi", "memory_limit": "512Mi"}),
        ((256, None, None, None), {"memory": "256Mi", "memory_limit": str(256 * MIB)}),
        ((256, None, None, None), {"memory_limit": "256Mi"}),
    ],
)
def test_promises_and_limits(expected: tuple[int | None, ...], fields: dict[str, Any]) -> None:
    """A limit is what a container is stopped at; a promise is a reservation, or a relative share of the CPU."""
    record = only(web(resources=Resources(**fields)))
    assert (record.memory, record.memory_reservation, record.cpu_quota, record.cpu_shares) == expected


@given(st.integers(6 * MIB, 2**45), st.integers(1, 10**6))
def test_limits_round_up(size: int, millicores: int) -> None:
    """A container never gets less than its program said."""
    record = only(web(resources=Resources(cpu=f"{millicores}m", memory=size)))
    assert 0 <= (record.memory or 0) * MIB - size < MIB
    assert (record.cpu_quota or 0) >= millicores * 100

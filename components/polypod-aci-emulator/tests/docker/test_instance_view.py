"""What the emulator shows of containers that have ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from polypod_aci_emulator.docker.instance_view import ended

ENDED = {"ExitCode": 3, "StartedAt": "2026-11-29T09:50:31.5Z", "FinishedAt": "2026-11-29T09:50:32Z"}
NEVER_STARTED = {
    "ExitCode": 127,
    "Error": "exec: no such file",
    "StartedAt": "0001-01-01T00:00:00Z",
    "FinishedAt": "0001-01-01T00:00:00Z",
}


def test_times_have_milliseconds() -> None:
    """As Azure's have."""
    assert ended(ENDED) == {
        "state": "Terminated",
        "startTime": "2026-11-29T09:50:31.500Z",
        "exitCode": 3,
        "finishTime": "2026-11-29T09:50:32.000Z",
        "detailStatus": "Error",
    }


@pytest.mark.parametrize("field", ["startTime", "finishTime"])
def test_what_could_not_be_started_failed_at_a_time_of_its_own(field: str) -> None:
    """Docker gives it none: two failures could not be told apart."""
    assert ended(NEVER_STARTED)["detailStatus"] == "ContainerCannotRun"
    when = datetime.fromisoformat(ended(NEVER_STARTED)[field])
    assert timedelta() <= datetime.now(UTC) - when < timedelta(hours=1)

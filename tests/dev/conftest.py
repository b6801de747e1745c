"""What the tests of dev/ share."""

from pathlib import Path

import pytest

from .machine import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with Docker and without a cluster."""
    return Machine(tmp_path, monkeypatch)

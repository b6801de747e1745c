"""What all tests of components share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_images_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine that runs the tests puts in place of public images shows in no test."""
    monkeypatch.delenv("POLYPOD_IMAGES", raising=False)

"""What tests of all folders share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_images_of_this_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine that runs the tests puts in place of public images shows in live tests alone."""
    if request.node.get_closest_marker("live") is None:
        monkeypatch.delenv("POLYPOD_IMAGES", raising=False)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A project with a Dockerfile."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path

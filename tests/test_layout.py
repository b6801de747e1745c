"""Where tests stand, so that a module and its tests are found by each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.common import ROOT

FILES = [
    file
    for tests in (ROOT / "tests", ROOT / "components" / "polypod-aci-emulator" / "tests")
    for file in sorted(tests.rglob("*.py"))
    if file != Path(__file__)
]


@pytest.mark.parametrize("guard", ["mark.live", "mark.skip", "pytest.skip(", "importorskip"])
def test_only_its_folder_makes_a_test_live(guard: str) -> None:
    """And ``cannot_run`` alone ends one that misses something: it fails in CI."""
    live = [file for file in FILES if guard in file.read_text() and (guard == "mark.live" or "live" in file.parts)]
    assert live == []

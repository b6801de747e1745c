"""Where tests stand, so that a module and its tests are found by each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.common import ROOT

EMULATOR = ROOT / "components" / "polypod-aci-emulator"
TESTS = {
    ROOT / "tests": ROOT / "components" / "polypod",
    ROOT / "tests" / "dev": ROOT / "dev",
    EMULATOR / "tests": EMULATOR / "polypod_aci_emulator",
}
"""The folders of tests, and what each mirrors."""

WHOLE = {".venv", "dev", "folder_target", "golden", "helpers", "live", "typing"}
"""Folders that mirror nothing there: each says itself what it is for."""

FILES = [
    file
    for tests in (ROOT / "tests", EMULATOR / "tests")
    for file in tests.rglob("*.py")
    if file != Path(__file__) and ".venv" not in file.parts
]


@pytest.mark.parametrize("tests", TESTS, ids=lambda tests: str(tests.relative_to(ROOT)))
def test_tests_mirror_the_tree(tests: Path) -> None:
    """A folder of tests is that of a package, or of a module for which one file is too small."""
    folders = {file.parent.relative_to(tests) for file in tests.rglob("test_*.py")}
    mirrors = {folder for folder in folders if not WHOLE & set(folder.parts)}
    assert mirrors
    tree = TESTS[tests]
    assert {it for it in mirrors if not (tree / it).is_dir() and not (tree / it).with_suffix(".py").is_file()} == set()


@pytest.mark.parametrize("guard", ["mark.live", "mark.skip", "pytest.skip(", "importorskip"])
def test_only_its_folder_makes_a_test_live(guard: str) -> None:
    """And ``cannot_run`` alone ends one that misses something: it fails in CI."""
    live = [file for file in FILES if guard in file.read_text() and (guard == "mark.live" or "live" in file.parts)]
    assert live == []

"""What each change does on each target, as the documentation says it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest

from polypod.checks.rules import problems
from polypod.preview.risk_page import risk_page
from polypod.preview.sample_changes import SAMPLES, SampleChange
from polypod.targets.base import load_target
from tests.common import ROOT


def test_the_documentation_says_what_targets_would_do(golden: Callable[[Path, object], None]) -> None:
    """The page is rewritten with pytest --update-goldens."""
    own = sorted(distribution("polypod").entry_points.select(group="polypod.targets").names)
    golden(ROOT / "docs" / "risks.md", risk_page(map(load_target, own)))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_the_rows_are_valid_programs(sample: SampleChange) -> None:
    """On both sides of the change; contexts of builds are not there."""
    for app in (sample.before(1), sample.after(1)):
        assert [problem for problem in problems(app, Path()) if ".image" not in problem.path] == []

"""The pages of the documentation that are generated."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import attrs

from polypod.checks.features import Feature
from polypod.checks.support import Support, Verdict
from polypod.targets.base import load_target
from polypod.targets.codes_page import codes_page
from polypod.targets.matrix import feature_matrix
from tests.common import ROOT


@attrs.frozen
class Imagined:
    """A target that makes the same of everything."""

    name: str
    support: Support

    @property
    def features(self) -> dict[Feature, Support]:
        """The table."""
        return dict.fromkeys(Feature, self.support)


def test_the_documentation_says_what_the_tables_say(golden: Callable[[Path, object], None]) -> None:
    """The pages are rewritten with pytest --update-goldens."""
    own = sorted(distribution("polypod").entry_points.select(group="polypod.targets").names)
    golden(ROOT / "docs" / "features.md", feature_matrix(map(load_target, own)))
    golden(ROOT / "docs" / "findings.md", codes_page(map(load_target, own)))


def test_every_feature_has_a_row_and_every_target_a_column() -> None:
    """What costs something stands out, and says what to do instead."""
    fine = Imagined("fine", Support(Verdict.EXACT, "the platform's own"))
    lacking = Imagined("lacking", Support(Verdict.REJECTED, "it has none", "use another"))
    lines = feature_matrix([fine, lacking]).splitlines()
    assert "|  | fine | lacking |" in lines
    assert [f"| {feature.value} | exact | **rejected** |" in lines for feature in Feature] == [True] * len(Feature)
    assert "- scratch volume: exact. The platform's own." in lines
    assert "- scratch volume: rejected. It has none. Instead: use another." in lines

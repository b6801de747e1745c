"""Names that Azure takes, and that stay apart."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod.targets.aci.plan.names import container_name, fitting, joined

NAME = r"[a-z0-9]([a-z0-9]|-(?!-)){3,61}[a-z0-9]"
PARTS = st.lists(st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), min_size=1, max_size=3)


@pytest.mark.parametrize("text", ["shop-web-0", "abcde", "a" * 63])
def test_what_fits_stays_as_it_is(text: str) -> None:
    """So that people find it in the portal."""
    assert fitting(text) == text


@pytest.mark.parametrize(
    ("text", "start"),
    [("ab", "ab-"), ("Shop", "shop-"), ("my--data", "my-data-"), ("a" * 64, "a" * 56 + "-"), ("/", ""), ("é", "")],
)
def test_what_does_not_fit_gets_a_digest(text: str, start: str) -> None:
    """After as much of it as can stay."""
    assert re.fullmatch(f"{start}[0-9a-f]{{6}}", fitting(text))


@given(st.text(max_size=80))
def test_whatever_the_program_calls_it_azure_takes_the_name(text: str) -> None:
    """Volumes have the strictest rules: 5 to 63 characters and no two hyphens in a row."""
    assert re.fullmatch(NAME, fitting(text))


@given(st.text(max_size=80), st.text(max_size=80))
def test_different_names_stay_apart(one: str, other: str) -> None:
    """Also where they differ in what Azure does not take."""
    assert (fitting(one) == fitting(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"), [(("a", "b-c"), ("a-b", "c")), (("a-b",), ("a", "b")), (("a", "b-c"), ("a", "b", "c"))]
)
def test_what_is_joined_can_be_told_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """A hyphen in a name is not one between two."""
    assert joined(*one) != joined(*other)


@given(PARTS, PARTS)
def test_parts_never_become_other_parts(one: list[str], other: list[str]) -> None:
    """And always a name that Azure takes."""
    assert (joined(*one) == joined(*other)) == (one == other)
    assert re.fullmatch(NAME, joined(*one))


def test_names_without_hyphens_are_joined_by_one() -> None:
    """Which is what people read."""
    assert joined("web", "logs") == "web-logs"
    assert container_name("web", "tail") == "web-tail"


def test_the_name_of_a_container_is_cut_where_it_is_too_long() -> None:
    """A pod and a container of 50 characters are more than Azure's 63."""
    names = {container_name("p" * n, "c" * m) for n, m in product((49, 50), (49, 50))}
    assert len(names) == 4
    assert all(len(name) <= 63 for name in names)

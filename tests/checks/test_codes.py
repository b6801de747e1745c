"""The codes of problems and findings, and the examples that explain them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import polypod
from polypod import Container, Feature, Gateway, Group, ModelError, Pod, SidecarPod, Verdict, check
from polypod.checks.codes import settings
from polypod.checks.codes.code import Code, Example
from polypod.checks.codes.tables import CODES
from polypod.model_from_data import structure
from polypod.targets.base import load_target, target_names
from polypod.testing import MockedEngine
from tests.common import ROOT

TARGETS = {name: load_target(name) for name in target_names()}
OF_TARGETS = [(name, code) for name, target in TARGETS.items() for code in target.codes]
ALL = [*CODES, *(code for _, code in OF_TARGETS)]
OWN = ("docker", "kubernetes", "aci")
ALSO = {"PP513": {"PP516"}, "PP547": {"PP545"}}
"""What a bad example cannot but have too."""

NAMES = {name: getattr(polypod, name) for name in polypod.__all__ if name not in ("GatewayStack", "SidecarPod")}
FALLS_SHORT = (Verdict.DEGRADED, Verdict.REJECTED)


def model(program: str) -> Any:
    """The model that an example stands for."""
    value = eval(program, dict(NAMES))  # noqa: S307 - the text is polypod's own
    if isinstance(value, Mapping):
        return structure(value, Pod)
    return Pod(value) if isinstance(value, Container) else value


def raised(example: Example, root: Path, target: str = "docker") -> set[str]:
    """The codes of all that is wrong, or less than asked for, with an example on a target."""
    try:
        found = check(model(example.program), target, root=root, settings=example.config.get(f"polypod:{target}"))
    except ModelError as error:
        return {problem.code for problem in error.problems}
    return {finding.code for finding in found if finding.verdict in FALLS_SHORT}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a build context."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    return tmp_path


def ids(codes: list[Code]) -> list[str]:
    """The codes as the names of test cases."""
    return [code.code for code in codes]


OF_MODEL = [code for code in CODES if code.bad is not None and code not in settings.CODES]


@pytest.mark.parametrize("code", OF_MODEL, ids=ids(OF_MODEL))
def test_a_rule_of_the_model_has_examples_that_are_true(code: Code, root: Path) -> None:
    """The bad one gets its code and no other; the good one is valid."""
    assert code.bad is not None
    assert code.good is not None
    assert raised(code.bad, root) == {code.code}
    assert not raised(code.good, root) & {other.code for other in CODES}


RULES = [(target, code) for target, code in OF_TARGETS if code.bad is not None and code.kind != "note"]


@pytest.mark.parametrize(("target", "code"), RULES, ids=[code.code for _, code in RULES])
def test_a_rule_of_a_target_has_examples_that_are_true(target: str, code: Code, root: Path) -> None:
    """The bad one gets its code and no other of the target's rules; the good one does not get it."""
    assert code.bad is not None
    assert code.good is not None
    own = {other.code for other in TARGETS[target].codes}
    assert raised(code.bad, root, target) & own == {code.code} | ALSO.get(code.code, set())
    assert not raised(code.good, root, target) & own


@pytest.mark.parametrize("code", settings.CODES, ids=ids(list(settings.CODES)))
def test_a_rule_of_the_stacks_config_has_examples_that_are_true(code: Code, root: Path) -> None:
    """The bad one gets its code and no other; with the good one the program is deployed."""
    for example, expected in ((code.bad, {code.code}), (code.good, set())) if code.bad else ():
        assert example is not None
        target = "aci" if "polypod:azure" in example.config else "docker"
        engine = MockedEngine(config={"polypod:target": target, **example.config}, root=root)
        try:
            engine.preview(lambda: SidecarPod("c", Pod(Container("web", image="nginx:1.29"))))
            said = ""
        except Exception as error:
            said = str(error)
        assert set(re.findall(r"^  (\w+\d{3}) ", said, re.MULTILINE)) == expected, said


@pytest.mark.parametrize("feature", Feature, ids=[feature.code for feature in Feature])
def test_a_feature_has_examples_that_are_true(feature: Feature, root: Path) -> None:
    """The first asks for it; where a target falls short, the other does without."""
    found = {finding.code for finding in check(model(feature.asks), "docker", root=root)}
    assert feature.code in found
    short = [name for name in OWN if TARGETS[name].features[feature].verdict in FALLS_SHORT]
    assert bool(feature.instead) == bool(short)
    for target in short:
        assert feature.code in raised(Example(feature.asks), root, target)
        assert feature.code not in {f.code for f in check(model(feature.instead), target, root=root)}


def test_no_two_kinds_have_one_code() -> None:
    """Codes are looked up, and accepted, by themselves."""
    codes = [*(code.code for code in ALL), *(feature.code for feature in Feature)]
    assert sorted(codes) == sorted(set(codes))


def test_a_code_says_whose_it_is() -> None:
    """Those of polypod by its number, those of a target of another package by the target's name."""
    ranges = {"docker": "PP3", "kubernetes": "PP4", "aci": "PP5"}
    for target, code in OF_TARGETS:
        assert re.fullmatch(rf"{ranges.get(target) or target.upper() + '1'}\d\d", code.code)
    assert all(re.fullmatch(r"PP[1678]\d\d", code.code) for code in CODES)
    assert all(re.fullmatch(r"PP2\d\d", feature.code) for feature in Feature)


def raised_in_source() -> Iterator[str]:
    """The codes that polypod's own sources raise: each is the first argument of a call."""
    for file in (ROOT / "components" / "polypod").rglob("*.py"):
        if file.parent.name == "codes" or file.stem.startswith("codes"):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def test_what_is_raised_is_documented_and_what_is_documented_is_raised() -> None:
    """No code without its meaning, and none that nothing has."""
    used = {code for code in raised_in_source() if re.fullmatch(r"PP\d{3}", code)}
    own = {code.code for target, code in OF_TARGETS if target in OWN}
    assert used == own | {code.code for code in CODES}


def test_an_error_shows_its_codes() -> None:
    """In front of each place."""
    with pytest.raises(ModelError) as caught:
        check(Gateway([Pod(Container("web", image="nginx")), Group("g", peers=[])]), "docker")
    assert [line for line in str(caught.value).splitlines() if line.startswith("  PP")] == [
        "  PP121 pods.web.main.image: 'nginx' names no version",
        "  PP170 pods.g: there is no container",
    ]

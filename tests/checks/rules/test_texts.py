"""Each rule about commands and variables: a program that breaks it, and what its author reads."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Probe, Secret, concat
from tests.programs import Later, found, said, web

from .messages import JOIN, LOST, SURROGATE, URL

LONG = "put long texts into files of a ConfigVolume or SecretVolume"
VARIABLE = "use characters other than '=' and NUL, at least one"
NUL = "a NUL character in it would end it"
OUTPUT = "Calling __str__ on an Output[T] is not supported.\n\nTo get the value of ..."


BROKEN: list[tuple[dict[str, Any], str, str, str]] = [
    ({"env": {"A=B": "x"}}, "env.A=B", "'A=B' is not the name of an environment variable", VARIABLE),
    ({"env": {"": "x"}}, "env.", "'' is not the name of an environment variable", VARIABLE),
    ({"env": {"A\0": "x"}}, "env.A\0", "'A\\x00' is not the name of an environment variable", VARIABLE),
    ({"env": {"A": "x\0y"}}, "env.A", NUL, "leave it out, or put the text into a file"),
    ({"args": ["x\0y"]}, "args[0]", NUL, "leave it out, or put the text into a file"),
    ({"startup": Probe.exec("a", "\0")}, "startup.command[1]", NUL, "leave it out, or put the text into a file"),
    ({"env": {"A": "x\ud800y"}}, "env.A", SURROGATE, "leave it out: it is half of a character"),
    ({"command": ["x\ud800y"]}, "command[0]", SURROGATE, "leave it out: it is half of a character"),
    ({"env": {"URL": URL}}, "env.URL", LOST, JOIN),
    ({"env": {"URL": concat(OUTPUT, Secret("x"))}}, "env.URL", LOST, JOIN),
    ({"command": ["sh", "-c", URL]}, "command[2]", LOST, JOIN),
    ({"command": [""]}, "command[0]", "the program to run has no name", "give its path, or leave the command out"),
]


@pytest.mark.parametrize(
    ("fields", "path", "what", "fix"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_rule_gives_one_problem(fields: dict[str, Any], path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(f"pods.web.main.{path}", what, fix)] == said(web(**fields))


VALID: list[dict[str, Any]] = [
    {"env": {"discovery.type": "single-node", "a-b": "", "1A": "", "é": "x" * 131_000}},
    {"env": {"A_1": "", "b": 1, "_C": 0.5, "D": Secret("x"), "E": concat("polypod{web.port}", Secret("x"))}},
    {"env": {"A": Later()}, "command": ["sh"], "args": ["-c", "echo ${HOME} ${X%.*}"]},
]


@pytest.mark.parametrize("fields", VALID)
def test_a_valid_container_has_no_problem(fields: dict[str, Any]) -> None:
    """What every target can run is not complained about."""
    assert found(web(**fields)) == []


@pytest.mark.parametrize(
    ("fields", "path", "size"),
    [
        ({"env": {"A": "é" * 65535}}, ".env.A", 131072),
        ({"command": ["a", "x" * 131072]}, ".command[1]", 131072),
        ({"args": ["x" * 131072]}, ".args[0]", 131072),
    ],
    ids=["variable", "command", "argument"],
)
def test_what_linux_cannot_start_a_program_with_is_refused(fields: dict[str, Any], path: str, size: int) -> None:
    """No text of more than 128 KiB, a variable with its name."""
    what = f"it is {size} bytes long, and Linux takes 131071 at most"
    assert [(f"pods.web.main{path}", what, LONG)] == said(web(**fields))


def test_a_program_gets_at_most_two_mebibytes_of_texts() -> None:
    """All arguments and variables together."""
    (problem,) = found(web(env={f"A{i:02}": "x" * 131000 for i in range(17)}))
    assert (problem.path, problem.fix) == ("pods.web.main", LONG)
    assert "2227068 bytes together, and Linux takes 2097152 at most" in problem.what

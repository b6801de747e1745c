"""Names that a program misspells."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import polypod
from polypod import Container, Gateway, Mount, Pod, Probe, ScratchVolume
from tests.programs import container, web


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        ("Container() has no argument 'enviroment'; did you mean 'env'?", lambda: container(enviroment={})),
        ("Container() has no argument 'readines'; did you mean 'readiness'?", lambda: container(readines=None)),
        ("Pod() has no argument 'replica'; did you mean 'replicas'?", lambda: Pod(container(), replica=2)),
        ("Gateway() has no argument 'route'; did you mean 'routes'?", lambda: Gateway([web()], route=[])),
        (
            "Mount() has no argument 'xyz'; use one of path, read_only, sub_path, volume",
            lambda: Mount("/a", ScratchVolume("a"), xyz=1),
        ),
        ("Probe() has no argument 'perod'; did you mean 'period'?", lambda: Probe.tcp(perod=1)),
    ],
)
def test_a_misspelt_argument_is_told_which_was_meant(expected: str, call: Callable[[], Any]) -> None:
    """At the line that has it: it is a mistake in the program, as mypy says too."""
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == expected


def test_other_mistakes_say_what_they_said() -> None:
    """A missing argument is Python's own error."""
    with pytest.raises(TypeError, match="missing 1 required"):
        Mount("/a")  # type: ignore[call-arg]


def test_signatures_are_those_of_the_model() -> None:
    """Editors and documentation show every argument, of every class of the model."""
    assert list(inspect.signature(Container).parameters)[:3] == ["name", "image", "command"]
    classes = [getattr(polypod, name) for name in polypod.__all__]
    wrapped = {c.__name__ for c in classes if inspect.isclass(c) and hasattr(c.__init__, "__wrapped__")}
    assert wrapped >= {"Container", "Pod", "Group", "Gateway", "Route", "Mount", "Probe", "Port", "File"}

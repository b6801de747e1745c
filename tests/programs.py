"""Small programs that tests start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from polypod import Container, Gateway, Pod, PodReference, Port, RegistryCredentials, Route, Secret
from polypod.checks.rules import problems
from polypod.config.site import Site
from polypod.errors import Problem
from polypod.model.application import Application


class Later:
    """A deferred value that stands for one text, as a ``pulumi.Output`` does."""

    def __init__(self, value: str = "x") -> None:
        self.value = value

    def apply(self, func: Callable[[Any], Any]) -> Later:
        """What follows from the value."""
        return Later(func(self.value))


def container(name: str = "web", **fields: Any) -> Container:
    """A container with an image and whatever the test is about."""
    return Container(name, **{"image": f"{name}:1", **fields})


def web(**fields: Any) -> Pod:
    """A pod named ``web`` with one container that listens on port 80."""
    return Pod(container(**{"port": 80, **fields}))


DB = Pod(container("db", port=Port(5432, name="sql")))
A = Pod(container("a", port=1, env={"B": PodReference("b").url()}))
B = Pod(container("b", port=2, env={"A": A.url()}))
MUTUAL = Gateway([A, B])
"""Two pods that refer to each other: one of them waits."""


def login(server: str, username: str = "me") -> RegistryCredentials:
    """A login for a registry."""
    return RegistryCredentials(server=server, username=username, password=Secret("x"))


def gateway(*pods: Pod, **fields: Any) -> Gateway:
    """A gateway before the given pods, or before ``web``."""
    listed = pods or (web(),)
    return Gateway(listed, **{"routes": [Route("/", listed[0])], **fields})


def found(model: Any, root: Path = Path()) -> list[Problem]:
    """Everything that the model's rules say about a program."""
    return problems(Application.of(model), root)


def said(model: Any, root: Path = Path()) -> list[tuple[str, str, str]]:
    """The place, what is wrong and what to do, of everything that the model's rules say about a program."""
    return [(problem.path, problem.what, problem.fix) for problem in found(model, root)]


def site(**fields: Any) -> Site:
    """A site whose names start with ``p-s-c``."""
    return Site(**{"project": "p", "stack": "s", "component": "c", "root": Path(), **fields})

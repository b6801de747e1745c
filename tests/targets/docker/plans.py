"""Programs as plans, for the tests to look at."""

from __future__ import annotations

from typing import Any

from polypod import Pod, Port
from polypod.model.application import Application
from polypod.model.value import Template
from polypod.targets.docker.plan import records
from polypod.targets.docker.plan.render import render
from tests.programs import container, site


def plan(model: Any, **fields: Any) -> records.Plan:
    """The plan of a program on a site whose names start with ``p-s-c``."""
    return render(Application.of(model), site(**fields))


def containers(model: Any, **fields: Any) -> dict[str, records.Container]:
    """The containers of a program by logical name."""
    return {record.key: record for record in plan(model, **fields).containers()}


def only(model: Any, **fields: Any) -> records.Container:
    """The one container of a program."""
    (record,) = containers(model, **fields).values()
    return record


def text(template: Template | bytes) -> str:
    """A resolved value, with secrets in stars."""
    assert isinstance(template, Template)
    return "".join(part if isinstance(part, str) else f"*{part.value}*" for part in template.parts)


HELPED = Pod(container("web", port=Port(80, publish=8080)), sidecars=[container("helper")], init=[container("setup")])

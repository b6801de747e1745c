"""Whatever a program asks for: what the check accepts, the emulator accepts."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st

from helpers.bodies import path
from polypod import Finding, Verdict, check
from polypod.model.application import Application
from polypod.targets.aci import TARGET
from polypod.targets.aci.plan import records
from polypod.targets.aci.plan.fixes import REPORT
from polypod_aci_emulator.arm.resource_id import parse
from polypod_aci_emulator.resources.admission import admit
from polypod_aci_emulator.resources.body_shape import read
from tests.programs import site
from tests.targets.aci import programs


class EveryImage:
    """An emulator that finds every image."""

    @property
    def host(self) -> EveryImage:
        """Its Docker host."""
        return self

    client = images = host

    def get(self, name: str) -> str:
        """An image."""
        return name


@st.composite
def deployments(draw: st.DrawFn) -> tuple[Any, dict[str, Any]]:
    """A program and the config of its stack."""
    model = draw(programs.models())
    return model, draw(programs.settings(list(Application.of(model).pods)))


@settings(
    max_examples=200,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(deployments())
def test_what_the_check_accepts_the_emulator_accepts(deployment: tuple[Any, dict[str, Any]]) -> None:
    """And what it rejects, it rejects with something to do about it."""
    model, config = deployment
    found: tuple[Finding, ...] = check(model, "aci", settings=config)
    rejected = [finding for finding in found if finding.verdict is Verdict.REJECTED]
    event(f"{config['placement']}: {'rejected' if rejected else 'accepted'}")
    assert REPORT.text not in {finding.fix for finding in rejected}
    if rejected:
        return
    for group in TARGET.draft(Application.of(model), site(component="app", settings=config)).plan.groups:
        body = {"location": "westeurope", **records.shown(group.body)}
        note(f"{group.name}: {body}")
        where = parse(path(f"Microsoft.ContainerInstance/containerGroups/{group.name}").encode())
        document = admit(EveryImage(), where, read("ContainerGroup", body))
        assert document["name"] == group.name

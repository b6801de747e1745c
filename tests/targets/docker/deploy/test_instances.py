"""A container is kept as long as it is what the program asks for, and serves."""

from __future__ import annotations

import attrs
import pytest

from polypod import ConfigVolume, Container, Mount, Port, Resources, Secret
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.instances import INSTANCE, REVISION, Instances
from polypod.targets.docker.plan.revision import revision
from polypod.testing import FakeDaemon
from tests.programs import Later, web
from tests.targets.docker.plans import only

LIVE = ContainerState(id="1", name="web", labels={REVISION: "r", INSTANCE: "old"}, running=True)
ENDED = attrs.evolve(LIVE, running=False, exit_code=0)
FAILED = attrs.evolve(ENDED, exit_code=1)


@pytest.mark.parametrize(
    ("expected", "state", "restart"),
    [
        ("old", LIVE, "always"),
        ("old", attrs.evolve(ENDED, restarting=True), "always"),
        ("old", ENDED, "no"),
        ("old", ENDED, "on-failure"),
        ("old", attrs.evolve(LIVE, running=False), ""),
        ("instance", None, "always"),
        ("instance", ENDED, "always"),
        ("instance", FAILED, "no"),
        ("instance", attrs.evolve(LIVE, running=False), "always"),
        ("instance", attrs.evolve(LIVE, labels={REVISION: "other", INSTANCE: "old"}), "always"),
        ("instance", attrs.evolve(LIVE, labels={}), "always"),
    ],
)
def test_what_serves_keeps_its_label(expected: str, state: ContainerState | None, restart: str) -> None:
    """What is gone, was stopped, has failed or comes from another program gets a new one."""
    instances = Instances(FakeDaemon(), {"web": state} if state else {})
    assert instances.labels("web", "r", restart) == {REVISION: "r", INSTANCE: expected}


BASE = Container("web", image="web:1", port=80, env={"A": Secret("x"), "B": Later()})


@pytest.mark.parametrize(
    ("differs", "changes"),
    [
        (True, {"env": {"A": Secret("x")}}),
        (True, {"command": ["x"]}),
        (True, {"port": Port(80, publish=8080)}),
        (True, {"mounts": [Mount("/c", ConfigVolume("c", {"f": "x"}))]}),
        (True, {"resources": Resources(cpu_limit=1)}),
        (False, {"env": {"A": Secret("y"), "B": Later("z")}}),
        (False, {"resources": Resources(memory_limit="64Mi")}),
        (False, {"restart": "on-failure"}),
    ],
)
def test_a_revision_is_of_what_replaces_a_container(differs: bool, changes: dict[str, object]) -> None:
    """Neither of secrets, which it could give away, nor of what changes in place."""
    before = only(attrs.evolve(web(), main=BASE))
    after = only(attrs.evolve(web(), main=attrs.evolve(BASE, **changes)))
    assert (revision(before) != revision(after)) == differs

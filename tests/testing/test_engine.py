"""The helpers for users' own tests."""

from __future__ import annotations

import logging
from contextlib import suppress
from itertools import count
from typing import Any

import pulumi
import pytest

from polypod import ContainerGroup, GatewayStack, Group, Pod, Secret, SidecarPod
from polypod.targets.docker.deploy import client
from polypod.testing import FakeDaemon, MockedEngine
from tests.programs import container, gateway, web

CONFIG = {"polypod:target": "docker", "app:key": "k", "app:object": {"a": [1]}}


def test_a_program_sees_its_config() -> None:
    """What is no text arrives as the object it was, what is secret as a secret."""

    def program() -> None:
        config = pulumi.Config("app")
        pulumi.export("object", config.require_object("object"))
        pulumi.export("secret", config.require_secret("key"))
        pulumi.export("where", f"{pulumi.get_project()}/{pulumi.get_stack()}")
        pulumi.export("dry", pulumi.runtime.is_dry_run())

    engine = MockedEngine(config=CONFIG, secrets=["app:key"], project="app", stack="dev")
    engine.preview(program)
    assert engine.outputs == {"object": {"a": [1]}, "secret": Secret("k"), "where": "app/dev", "dry": True}
    engine.up(program)
    assert engine.outputs["dry"] is False


def test_every_run_starts_anew() -> None:
    """What an engine remembers is what the last program did."""
    engine = MockedEngine(config=CONFIG)
    engine.preview(lambda: SidecarPod("one", web(liveness=None)))
    engine.preview(lambda: ContainerGroup("two", Group("g", peers=[container("a")])))
    assert {resource.name.partition("-")[0] for resource in engine.resources} == {"two"}
    with pytest.raises(StopIteration):
        engine["one"]


def test_nothing_is_left_behind() -> None:
    """Neither the config nor the daemon nor the stack of one test shows in another."""
    MockedEngine(config=CONFIG).up(lambda: SidecarPod("one", web()))
    assert pulumi.Config("polypod").get("target") is None
    assert client._current.get() is None  # noqa: SLF001 - polypod's own
    assert pulumi.runtime.get_root_resource() is None


def test_errors_of_the_program_are_the_tests_own() -> None:
    """With what had been registered before."""

    def program() -> None:
        SidecarPod("c", web())
        raise ZeroDivisionError

    engine = MockedEngine(config=CONFIG)
    with pytest.raises(ZeroDivisionError):
        engine.preview(program)
    assert "c" in [resource.name for resource in engine.resources]
    engine.up(lambda: pulumi.export("next", "run"))
    assert engine.outputs == {"next": "run"}


def test_only_warnings_are_kept() -> None:
    """What the engine logs besides is noise."""

    def program() -> None:
        pulumi.log.info("fine")
        pulumi.log.warn("careful")

    engine = MockedEngine()
    engine.preview(program)
    assert engine.warnings == ["careful"]
    assert logging.getLogger("polypod.testing").handlers == []


def test_a_daemon_remembers_what_was_created() -> None:
    """A test can look at it afterwards, and use it for the next update."""
    fake = FakeDaemon(failing=["gone"], logs={"p-s-c-web-0": "1\n2\n3"})
    engine = MockedEngine(config=CONFIG, project="p", stack="s", daemon=fake)
    engine.up(lambda: SidecarPod("c", Pod(container("web"), init=[container("setup")])))
    states = {state.name: state.exit_code for state in fake.containers({"dev.polypod.stack": "s"})}
    assert states == {"p-s-c-web-0": None, "p-s-c-web-0.setup": 0}
    assert (fake.logs("p-s-c-web-0", 2), fake.logs("other", 2)) == ("2\n3", "")
    fake.remove_container("p-s-c-web-0")
    assert fake.inspect("p-s-c-web-0") is None


@pytest.mark.parametrize(
    ("expected", "restart"),
    [
        ("the container was not ready within 1 s", "always"),
        ("the job did not end well within 1 s", "on-failure"),
        ("the job failed", "never"),
    ],
)
def test_a_container_that_fails_is_started_again_as_it_says(expected: str, restart: Any) -> None:
    """The message is the one that a real daemon would lead to."""
    engine = MockedEngine(config=CONFIG, daemon=FakeDaemon(failing=["project-stack-c-web-0"]))
    with pytest.raises(pulumi.RunError, match=f"{expected}\n"):
        engine.up(lambda: SidecarPod("c", Pod(container("web", restart=restart), ready_within="1s")))


class Instances(FakeDaemon):
    """A daemon that numbers new instances of containers."""

    numbers = count()

    def new_instance(self) -> str:
        """The next number."""
        return str(next(self.numbers))


def test_an_init_container_that_failed_runs_again() -> None:
    """In a job, with all of it: the next update gives each container a new label, and the provider replaces it."""
    fake = Instances(failing=["p-s-c-web-0.setup"])
    job = Pod(container("web", restart="never"), init=[container("setup")], sidecars=[container("side")])
    seen = set()
    for _ in range(3):
        engine = MockedEngine(config=CONFIG, project="p", stack="s", daemon=fake)
        with pytest.raises(pulumi.RunError, match="the init container failed"):
            engine.up(lambda: SidecarPod("c", job))
        labels = {label["label"]: label["value"] for label in engine["c-web-0.setup"].inputs["labels"]}
        seen.add(labels["dev.polypod.instance"])
    assert len(seen) == 3


def test_a_job_that_has_ended_well_does_not_run_again() -> None:
    """Nor do its sidecars, which were stopped; a job that failed takes them with it when it runs again."""
    job = Pod(container("web", restart="never"), sidecars=[container("side")])
    fake, failing = Instances(), Instances(failing=["p-s-c-web-0.web"])

    def instances(daemon: FakeDaemon) -> list[str]:
        engine = MockedEngine(config=CONFIG, project="p", stack="s", daemon=daemon)
        with suppress(pulumi.RunError):
            engine.up(lambda: SidecarPod("c", job))
        found = [engine[f"c-web-0.{name}"].inputs["labels"] for name in ("web", "side")]
        return [label["value"] for labels in found for label in labels if label["label"] == "dev.polypod.instance"]

    assert instances(fake) == instances(fake)
    assert not set(instances(failing)) & set(instances(failing))


def test_the_example_of_the_documentation_works() -> None:
    """As the module's docstring shows it."""
    engine = MockedEngine(config={"polypod:target": "docker"})
    engine.up(lambda: GatewayStack("shop", gateway()))
    assert engine["shop-gateway-0"].type

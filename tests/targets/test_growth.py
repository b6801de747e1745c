"""What a program costs to check and to render, by its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from polypod import ConfigVolume, Gateway, Mount, Pod, PodReference, Port, Probe, Route
from polypod.checks.uses import feature_uses
from polypod.model.application import Application
from polypod.targets.base import load_target, target_names
from polypod.targets.check import draft, validate
from tests.programs import container, site
from tests.steps import calls


def program(services: int) -> Application:
    """A gateway and services in a chain, each of which refers to the first too; with sidecars, files and probes."""
    first = PodReference("api-0")
    pods: list[Pod] = []
    for i in range(services):
        before = pods[-1] if pods else first
        env = {"BEFORE": before.url(), "FIRST": first.host}
        files = ConfigVolume("conf", {"app.conf": f"http://{before.host}:{before.port}"})
        api = container(
            f"api-{i}",
            image="api:1",
            command=["api"],
            port=8080,
            ports=[Port(9000, name="metrics")],
            env={} if i == 0 else env,
            mounts=[Mount("/etc/api", files)],
            readiness=Probe.http("/"),
            user=1000,
        )
        pods.append(Pod(api, sidecars=[container("proxy", command=["proxy"], user=1000)]))
    return Application.of(Gateway(pods, routes=[Route(f"/{pod.name}/", pod) for pod in pods]))


def work(target: str, services: int) -> int:
    """How many functions are called to check a program for a target and to render it."""
    app, chosen = program(services), load_target(target)

    def check_and_render() -> None:
        validate(app, Path())
        assert draft(app, chosen, site(), feature_uses(app)).plan

    return calls(check_and_render)


@pytest.mark.parametrize("target", target_names())
def test_twice_the_services_are_twice_the_work(target: str) -> None:
    """No step asks all containers once for each container."""
    work(target, 3)  # what is computed once for all programs
    small, large = work(target, 50), work(target, 100)
    assert large < 2.1 * small

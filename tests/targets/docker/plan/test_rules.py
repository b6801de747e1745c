"""What Docker refuses beyond the features it lacks."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Autoscale, Gateway, Pod, Port, Resources, Verdict, check
from tests.programs import container, gateway, web


@pytest.mark.parametrize(
    ("path", "reason", "fix", "model"),
    [
        (
            "port.publish",
            "the gateway publishes port 8080 of the machine too",
            "choose another port, or another address= of the machine",
            gateway(web(port=Port(80, publish=8080))),
        ),
        (
            "port.publish",
            "the pod 'b' publishes port 81 of the machine too",
            "choose another port, or another address= of the machine",
            Gateway([Pod(container("b", port=Port(80, publish=81))), web(port=Port(80, publish=81))]),
        ),
        (
            "port.publish",
            "the pod 'b' publishes port 81 of the machine too",
            "choose another port, or another address= of the machine",
            Gateway([Pod(container("b", port=Port(1, publish=81))), web(port=Port(2, publish=81, address="0.0.0.0"))]),  # noqa: S104
        ),
        (
            "port.publish",
            "2 replicas cannot all publish port 81 of the machine",
            "use one replica, or leave publish= out and put a gateway in front",
            Pod(container(port=Port(80, publish=81)), replicas=2),
        ),
        (
            "resources.memory",
            "4Mi is less than 6 MiB, the least that Docker takes",
            "use '6Mi' or more",
            web(resources=Resources(memory="4Mi", memory_limit="64Mi")),
        ),
    ],
)
def test_what_docker_refuses(path: str, reason: str, fix: str, model: Any) -> None:
    """With its place, its reason and a way out; the other targets take it."""
    (found,) = (finding for finding in check(model, "docker") if finding.verdict is Verdict.REJECTED)
    assert (found.path, found.reason, found.fix) == (f"pods.web.main.{path}", reason, fix)
    assert [finding for finding in check(model, "kubernetes") if finding.verdict is Verdict.REJECTED] == []


@pytest.mark.parametrize(
    "model",
    [
        Gateway([Pod(container("b", port=Port(1, publish=81))), web(port=Port(2, publish=81, address="127.0.0.2"))]),
        Gateway([Pod(container("b", port=Port(1, publish=81))), web(port=Port(2, publish=81, protocol="udp"))]),
        Pod(container(port=Port(80, publish=81)), autoscale=Autoscale(max_replicas=4)),
    ],
)
def test_what_docker_can_publish_is_not_refused(model: Any) -> None:
    """One port at two addresses or with two protocols; and where replicas would come, only one does."""
    assert [finding for finding in check(model, "docker") if finding.verdict is Verdict.REJECTED] == []

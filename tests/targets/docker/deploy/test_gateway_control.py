"""What a gateway that is there is told while the pods behind it are replaced."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import attrs
import pytest

from polypod import DeploymentError, Gateway, Pod, Route
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.gateway_control import RELOAD, GatewayControl
from polypod.targets.shared.plan.nginx.start import CONFIGURATION, CONFIGURE
from tests.programs import container, gateway, web
from tests.targets.docker.daemons import Recording
from tests.targets.docker.plans import plan

TWO = Pod(container("web", port=80), replicas=2)
GATE = "p-s-c-gateway-0"


class Refusing(Recording):
    """A daemon in which nginx refuses its configuration."""

    def exit_code(self, run: str) -> int | None:
        """What the script ends with."""
        del run
        return 4


class Behind:
    """A gateway in front of a program, all of which is there.

    Args:
        model: The program.
        daemon: The daemon.
        before: The program that was deployed before; the same by default.
    """

    def __init__(self, model: Any, daemon: Recording | None = None, before: Any = None) -> None:
        self.daemon = daemon or Recording()
        self.plan = plan(model)
        for i, record in enumerate(plan(before or model).containers()):
            names = ("project", "stack", "component", "pod", "replica", "role")
            labels = {name: record.labels[f"dev.polypod.{name}"] for name in names}
            self.daemon.add(record.name, addresses=(f"10.0.0.{i + 1}",), **labels)
        there = {state.name: state for state in self.daemon.containers({})}
        self.control = GatewayControl(self.daemon, self.plan, there)

    def live(self, name: str) -> ContainerState:
        """A container."""
        state = self.daemon.inspect(f"p-s-c-{name}")
        assert state is not None
        return state


def test_a_replica_is_passed_over_and_its_answers_are_waited_for() -> None:
    """The kernel writes addresses backwards; the gateway's own grace period is the limit, in tenths of a second."""
    behind = Behind(gateway(TWO))
    behind.control.drain(behind.live("web-1"))
    assert behind.daemon.done == [f"tell {GATE} web-1.web=", f"tell {GATE} 0200000A 600 30"]


def test_it_is_found_again_when_it_is_ready() -> None:
    """And only then another one is passed over."""
    behind = Behind(gateway(TWO))
    behind.control.drain(behind.live("web-0"))
    behind.control.restore(behind.plan.pods[1], made=0)
    behind.control.restore(behind.plan.pods[0], made=0)
    assert behind.daemon.done[2:] == [f"tell {GATE}"]


def test_every_container_of_a_pod_waits_for_its_answers() -> None:
    """The gateway is told once."""
    behind = Behind(gateway(attrs.evolve(TWO, sidecars=[container("helper")])))
    for name in ("web-0.helper", "web-0.web"):
        behind.control.drain(behind.live(name))
    addresses = "0100000A|0200000A|0300000A"
    assert [step.split()[2] for step in behind.daemon.done] == ["web-0.web=", addresses, addresses]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (gateway(web()), "web-0"),
        (gateway(TWO), "gateway-0"),
        (Gateway([TWO, web(name="other")], routes=[Route("/", "other")]), "web-0"),
        (TWO, "web-0"),
    ],
)
def test_what_nobody_could_answer_for_is_not_passed_over(model: Any, name: str) -> None:
    """A single replica, a pod that is not behind the gateway, the gateway itself."""
    behind = Behind(model)
    behind.control.drain(behind.live(name))
    assert behind.daemon.done == []


def test_a_replica_is_not_passed_over_for_one_that_does_not_run() -> None:
    """Nobody would answer."""
    behind = Behind(gateway(TWO))
    behind.daemon.stop_container("p-s-c-web-1")
    behind.daemon.done.clear()
    behind.control.drain(behind.live("web-0"))
    assert behind.daemon.done == []


def test_what_is_removed_answers_first() -> None:
    """The gateway reads its configuration, and waits for those that are no longer in it."""
    behind = Behind(gateway(web()), before=gateway(TWO))
    behind.control.settle()
    assert behind.daemon.done == [f"tell {GATE}", f"tell {GATE} 0200000A 600 30"]


def test_a_gateway_that_is_new_needs_not_be_told() -> None:
    """It has started with its configuration."""
    behind = Behind(gateway(web()))
    behind.daemon.remove_container(GATE)
    behind.daemon.done.clear()
    behind.control.settle()
    assert behind.daemon.done == []


def test_a_configuration_that_nginx_refuses_fails_the_update() -> None:
    """The old one goes on."""
    with pytest.raises(DeploymentError, match="nginx refuses its new configuration, and goes on with the old one"):
        Behind(gateway(web()), Refusing()).control.settle()


def test_a_replica_whose_gateway_cannot_be_told_is_replaced_all_the_same() -> None:
    """Nothing is waited for."""
    behind = Behind(gateway(TWO), Refusing())
    behind.control.drain(behind.live("web-0"))
    assert behind.daemon.done == [f"tell {GATE} web-0.web="]


FIRST = gateway(Pod(container("web", port=80), update="start-first"))


def test_a_copy_that_starts_first_leaves_the_old_one_at_its_address() -> None:
    """The gateway goes by it, then by that of the new one, and by the name when the old one is gone."""
    behind = Behind(FIRST)
    old = behind.live("web-0")
    assert behind.control.keep(old)
    behind.daemon.rename_container(old.id, "aside")
    behind.daemon.add("p-s-c-web-0", addresses=("10.0.0.9",))
    behind.control.restore(behind.plan.pods[0], made=0)
    assert behind.daemon.done == [
        f"tell {GATE} web-0.web=10.0.0.1",
        f"tell {GATE} web-0.web=10.0.0.9",
        f"tell {GATE} 0100000A 600 30",
        "stop p-s-c-web-0",
        "remove p-s-c-web-0",
        f"tell {GATE} web-0.web=+10.0.0.9",
        f"tell {GATE}",
    ]


@pytest.mark.parametrize("model", [gateway(web()), FIRST.pods["web"]])
def test_only_a_copy_that_starts_first_is_kept(model: Any) -> None:
    """With a gateway that can be told."""
    behind = Behind(model)
    assert not behind.control.keep(behind.live("web-0"))
    assert behind.daemon.done == []


LISTED = "    server web-0.web:80 weight=1 resolve;\n    server web-1.web:80 weight=1 resolve;\n"


@pytest.mark.parametrize(
    ("expected", "mark"),
    [
        ("server web-0.web:80 weight=1 resolve down;", "web-0.web="),
        ("server 10.0.0.1:80 weight=1;", "web-0.web=10.0.0.1"),
        ("server web-0.web:80 weight=1 resolve;\n    server 10.0.0.1:80 weight=1;", "web-0.web=+10.0.0.1"),
    ],
)
def test_marks_are_written_at_their_server(expected: str, mark: str, tmp_path: Path) -> None:
    """And nginx goes on with the old configuration where it refuses that, or a disk is full."""
    conf, nginx = tmp_path / "nginx.conf", tmp_path / "nginx"
    (tmp_path / "configure.sh").write_text(f"printf '{LISTED}' >{conf}.new")
    places = {CONFIGURE: tmp_path / "configure.sh", CONFIGURATION: conf}
    script = RELOAD.replace("/proc/1/fd/2", "/dev/null").replace("/proc/[0-9]*/cmdline", "/nowhere")
    for name, place in places.items():
        script = script.replace(name, str(place))

    def reload(verdict: str) -> tuple[int, str]:
        conf.write_text("old")
        nginx.write_text(f"#!/bin/sh\nexec {verdict}")
        nginx.chmod(0o755)
        path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        return subprocess.run(["sh", "-c", script, "sh", mark], env=path, check=False).returncode, conf.read_text()

    assert reload("true") == (0, LISTED.replace("server web-0.web:80 weight=1 resolve;", expected))
    assert reload("false") == (4, "old")
    full = tmp_path / "cp"
    full.write_text("#!/bin/sh\nexit 1")
    full.chmod(0o755)
    assert reload("true") == (4, "old")

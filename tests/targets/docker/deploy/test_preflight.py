"""What must be true of the machine before the first resource is made."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polypod import Gateway, HostPathVolume, Mount, Pod, Port, Problem, RegistryCredentials, Secret, UnreadyError
from polypod.docker_daemon.endpoint import DockerEndpoint, docker_endpoint
from polypod.model.application import Application
from polypod.targets.docker.deploy.client import DockerDaemon
from polypod.targets.docker.deploy.preflight import out_of_reach, preflight
from polypod.targets.docker.plan.render import render
from polypod.testing import FakeDaemon
from tests.programs import container, gateway, site, web


class Here(FakeDaemon):
    """A daemon on this machine."""

    host = ""

    def shares_paths(self) -> bool:
        """Its directories are those of this machine."""
        return True


def problems(model: Any, daemon: FakeDaemon) -> list[Problem]:
    """What is in the way of a program."""
    try:
        preflight(render(Application.of(model), site()), daemon)
    except UnreadyError as error:
        return list(error.problems)
    return []


def published(number: int, **fields: Any) -> Pod:
    """A pod that publishes a port."""
    return web(port=Port(80, publish=number, **fields))


@pytest.fixture(params=[(socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")], ids=["tcp", "udp"])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A port that this process listens on, and its protocol."""
    kind, protocol = request.param
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if protocol == "tcp":
            holder.listen()
        yield holder.getsockname()[1], protocol


def test_a_port_that_a_program_listens_on_is_taken(taken: tuple[int, str]) -> None:
    """Docker would say so only after half of the program was made."""
    number, protocol = taken
    (problem,) = problems(published(number, protocol=protocol), Here())
    assert problem.path == "pods.web.main.port.publish"
    assert problem.what.startswith(f"the host port 127.0.0.1:{number} is taken: ")
    assert problem.what.endswith(f" (process {os.getpid()}) on this machine listens on it")
    assert problem.fix == "stop that, or let pods.web.main publish another port"


def test_a_port_of_the_other_protocol_of_the_internet_is_taken_too() -> None:
    """A published port can have an IPv6 address."""
    with socket.socket(socket.AF_INET6) as holder:
        holder.bind(("::1", 0))
        holder.listen()
        (problem,) = problems(published(holder.getsockname()[1], address="::1"), Here())
    assert "listens on it" in problem.what


def test_a_host_path_that_is_not_there(tmp_path: Path) -> None:
    """Docker would make it, as an empty directory of root's; a daemon elsewhere has paths of its own."""
    paths = [tmp_path / "there", tmp_path / "not there", Path("/var/run/docker.sock")]
    paths[0].mkdir()
    mounts = [Mount(f"/m{i}", HostPathVolume(f"v{i}", str(path))) for i, path in enumerate(paths)]
    (problem,) = problems(Pod(container("web", mounts=mounts)), Here())
    assert problem.path == "pods.web.main.mounts"
    assert problem.what.startswith(f"this machine has no '{tmp_path}/not there'")
    assert problem.fix.startswith(f"make it (`mkdir -p '{tmp_path}/not there'`)")
    assert problems(Pod(container("web", mounts=mounts)), FakeDaemon()) == []


def test_ports_of_a_daemon_elsewhere_are_not_tried_here(taken: tuple[int, str]) -> None:
    """What this machine listens on is none of its business."""
    number, protocol = taken
    assert problems(published(number, protocol=protocol), FakeDaemon()) == []


@pytest.mark.parametrize(
    ("expected", "number", "protocol"),
    [("pods.web.main.port.publish", 81, "tcp"), (None, 81, "udp"), (None, 82, "tcp")],
)
def test_a_port_that_a_container_publishes_is_taken(expected: str | None, number: int, protocol: Any) -> None:
    """The message names the container."""
    found = problems(published(number, protocol=protocol), FakeDaemon(published=[(81, "tcp")]))
    assert [problem.path for problem in found] == ([expected] if expected else [])
    assert all("the container 'other' publishes it" in problem.what for problem in found)


def test_the_gateways_port_is_named_by_the_gateway() -> None:
    """It has no place among the pods."""
    (problem,) = problems(gateway(), FakeDaemon(published=[(8080, "tcp")]))
    assert (problem.path, problem.fix) == (
        "gateway.port",
        "stop that, or let gateway.main publish another port",
    )


def test_a_port_of_the_same_deployment_is_free() -> None:
    """Every update after the first finds its own containers there."""
    daemon = FakeDaemon()
    plan = render(Application.of(published(81)), site())
    (record,) = plan.containers()
    own = [{"label": name, "value": value} for name, value in record.labels.items()]
    daemon.create({"name": record.name, "labels": own, "ports": [{"external": 81, "protocol": "tcp"}]})
    assert daemon.inspect(record.name).published == {(81, "tcp")}
    preflight(plan, daemon)


def test_everything_that_is_missing_is_reported_together() -> None:
    """Images at the first place that asks for them, ports at each."""
    model = Gateway([published(81), Pod(container("b", image="web:1", port=Port(80, publish=82)))])
    daemon = FakeDaemon(missing_images=["web:1", "nginx:1.29"], published=[(81, "tcp"), (82, "tcp")])
    assert [problem.path for problem in problems(model, daemon)] == [
        "pods.web.main.image",
        "gateway.main.image",
        "pods.web.main.port.publish",
        "pods.b.main.port.publish",
    ]


def test_images_behind_a_login_are_left_to_the_provider() -> None:
    """The password may not be known before the update."""
    login = RegistryCredentials(server="r.io", username="me", password=Secret("x"))
    model = Pod(container("web", image="r.io/web:1"), registries=[login])
    assert problems(model, FakeDaemon(missing_images=["r.io/web:1"])) == []


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_no_daemon_is_one_problem_with_a_way_out(address: str) -> None:
    """And no traceback of a socket."""
    with pytest.raises(UnreadyError) as caught:
        DockerDaemon(docker_endpoint({"host": address}))
    (problem,) = caught.value.problems
    assert problem.path == "docker"
    assert problem.what.startswith(f"no Docker daemon answers at {address} (config docker:host): ")
    assert "docker:host" in problem.fix


@pytest.mark.parametrize(
    ("host", "address", "warned"),
    [
        ("ssh://me@192.0.2.7", "127.0.0.1", True),
        ("tcp://192.0.2.7:2376", "::1", True),
        ("tcp://192.0.2.7:2376", "0.0.0.0", False),  # noqa: S104
        ("unix:///home/me/.colima/default/docker.sock", "127.0.0.1", False),
        ("tcp://127.0.0.1:2375", "127.0.0.1", False),
    ],
)
def test_a_port_that_only_the_daemons_machine_reaches(host: str, address: str, warned: bool) -> None:
    """Its URL would lead nowhere from here: the user is told so, and of two ways out."""
    plan = render(Application.of(published(8080, address=address)), site())
    found = list(out_of_reach(plan, DockerEndpoint(source="s", host=host)))
    assert len(found) == warned
    for line in found:
        assert line.startswith("PP350 pods.web.main.port.publish: published on the loopback address of 192.0.2.7")
        assert "address='0.0.0.0'" in line
        assert f"ssh -L 8080:{address}:8080 192.0.2.7" in line

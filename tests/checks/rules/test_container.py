"""Each rule about one container: a program that breaks it, and what its author reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polypod import Build, LogOptions, Pod, Port, Probe, Resources, Secret
from polypod.model.probe import HttpGet
from tests.programs import Later, container, found, said, web

from .messages import JOIN, LOST, MEMORY, NAME, TIME

PORT = "use a number from 1 to 65535"
ADDRESS = "use '127.0.0.1', '0.0.0.0' or an address of the host"
CPU = "write an amount of CPU such as '250m' or 0.5"
UNRESOLVED = "put it into an environment variable and read that"


BROKEN: list[tuple[dict[str, Any], str, str, str]] = [
    ({"image": ""}, "image", "'' is not an image reference", "write it as in 'nginx:1.29'"),
    ({"image": "Org/nginx:1"}, "image", "'Org/nginx:1' is not an image reference", "write it as in 'nginx:1.29'"),
    ({"image": "Nginx:1"}, "image", "'Nginx:1' is not an image reference", "write it as in 'nginx:1.29'"),
    (
        {"image": "https://nginx:1"},
        "image",
        "'https://nginx:1' is not an image reference",
        "write it as in 'nginx:1.29'",
    ),
    (
        {"image": "localhost:5000/app"},
        "image",
        "'localhost:5000/app' names no version",
        "add a tag or a digest, such as 'localhost:5000/app:1.0'; ':latest' if you mean it",
    ),
    ({"image": f"{Secret('x')}:1"}, "image", LOST, JOIN),
    (
        {"image": Build("nowhere")},
        "image",
        "there is no directory 'nowhere'",
        "give the build context relative to the project's root",
    ),
    (
        {"image": Build("empty")},
        "image",
        "there is no 'Dockerfile' in 'empty'",
        "add it, or name another file with dockerfile=",
    ),
    (
        {"image": Build("full", args={"HOST": "polypod{web.host}"})},
        "image.args.HOST",
        "the reference 'polypod{web.host}' is not resolved here",
        UNRESOLVED,
    ),
    ({"port": 0}, "port.number", "0 is not a port", PORT),
    ({"ports": [65536]}, "ports[0].number", "65536 is not a port", PORT),
    ({"ports": [81, Port(82, publish=-1)]}, "ports[1].publish", "-1 is not a port", PORT),
    ({"port": Port(80, address="localhost")}, "port.address", "'localhost' is not an IP address", ADDRESS),
    (
        {"port": Port(80, name="the metrics")},
        "port.name",
        "'the metrics' is not the name of a port",
        "use 1 to 63 letters, digits, hyphens and underscores, a letter or a digit first and last",
    ),
    (
        {"ports": [81, Port(81, name="fifteen-letters", publish=80)]},
        "ports[1]",
        "port 81/tcp is listed twice",
        "remove one of them",
    ),
    (
        {"readiness": Probe.exec()},
        "readiness.command",
        "there is no command",
        "give the program to run and its arguments",
    ),
    (
        {"readiness": Probe.exec("", "x")},
        "readiness.command[0]",
        "the program to run has no name",
        "give its path, or leave the command out",
    ),
    (
        {"readiness": Probe.exec("nc", "polypod{web.host}")},
        "readiness.command[1]",
        "the reference 'polypod{web.host}' is not resolved here",
        UNRESOLVED,
    ),
    (
        {"liveness": Probe.http("health")},
        "liveness.path",
        "'health' is not a path",
        "start it with '/', without spaces",
    ),
    ({"liveness": Probe.http("/a b")}, "liveness.path", "'/a b' is not a path", "start it with '/', without spaces"),
    (
        {"liveness": Probe.http("/polypod{web.port}")},
        "liveness.path",
        "the reference 'polypod{web.port}' is not resolved here",
        UNRESOLVED,
    ),
    ({"startup": Probe.tcp(70000)}, "startup.port", "70000 is not a port", PORT),
    (
        {"port": None, "readiness": Probe.tcp()},
        "readiness.port",
        "the container has no port to ask",
        "give the probe or the container a port",
    ),
    (
        {"port": Port(53, protocol="udp"), "readiness": Probe.tcp()},
        "readiness.port",
        "port 53 is a UDP port, which a probe cannot ask",
        "ask a TCP port",
    ),
    ({"readiness": Probe.tcp(period="soon")}, "readiness.period", f"'soon' is not {TIME[6:]}", TIME),
    ({"readiness": Probe.tcp(timeout=0)}, "readiness.timeout", "'0' is not more than nothing", TIME),
    ({"readiness": Probe.tcp(initial_delay="x")}, "readiness.initial_delay", f"'x' is not {TIME[6:]}", TIME),
    ({"readiness": Probe.tcp(failure_threshold=0)}, "readiness.failure_threshold", "0 is less than 1", "use 1 or more"),
    ({"resources": Resources(cpu="x")}, "resources.cpu", f"'x' is not {CPU[6:]}", CPU),
    ({"resources": Resources(cpu_limit="x")}, "resources.cpu_limit", f"'x' is not {CPU[6:]}", CPU),
    ({"resources": Resources(memory_limit="x")}, "resources.memory_limit", f"'x' is not {MEMORY[6:]}", MEMORY),
    (
        {"resources": Resources(memory=256)},
        "resources.memory",
        "'256' is 256 bytes, too little for any platform",
        "write it with a unit, as in '256Mi'; the least is 1Mi",
    ),
    (
        {"resources": Resources(cpu="500m", cpu_limit="0.25")},
        "resources.cpu_limit",
        "the limit 0.25 is below the promised 500m",
        "raise cpu_limit or lower cpu",
    ),
    (
        {"resources": Resources(memory="1Gi", memory_limit="1G")},
        "resources.memory_limit",
        "the limit 1G is below the promised 1Gi",
        "raise memory_limit or lower memory",
    ),
    ({"user": -1}, "user", "-1 is negative", "use a numeric id of 0 or more"),
    ({"user": 1, "group": -1}, "group", "-1 is negative", "use a numeric id of 0 or more"),
    ({"group": 1}, "group", "a group is given without a user", "give user= too"),
    ({"working_dir": "app"}, "working_dir", "'app' is not absolute", "start it with '/'"),
    ({"logs": LogOptions(max_size="x")}, "logs.max_size", f"'x' is not {MEMORY[6:]}", MEMORY),
    ({"logs": LogOptions(max_files=0)}, "logs.max_files", "0 is less than 1", "use 1 or more"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one build context that can be built and one that cannot."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("empty", "full"):
        (folder / name).mkdir()
    (folder / "full" / "Dockerfile").touch()
    return folder


@pytest.mark.parametrize(
    ("fields", "path", "what", "fix"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_rule_gives_one_problem(root: Path, fields: dict[str, Any], path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(f"pods.web.main.{path}", what, fix)] == said(web(**fields), root)


VALID: list[dict[str, Any]] = [
    {},
    {"image": "a:1"},
    {"image": "registry:5000/a__b/c--d.e:1"},
    {"image": "localhost:5000/team/app:1.0-Alpha_2"},
    {"image": "nginx:latest"},
    {"image": f"nginx@sha256:{'0' * 64}"},
    {"image": f"ghcr.io/a/b:1@sha256:{'0' * 64}"},
    {"image": Later("a:1")},
    {"image": Build("full", args={"A": "b"}, target="x")},
    {"ports": [Port(81, name="metrics", protocol="udp", publish=81, address="::1"), Port(80, protocol="udp")]},
    {
        "readiness": Probe.http("/a?b=c", 99, period=1, timeout="1ms"),
        "liveness": Probe.tcp(),
        "startup": Probe.exec("a"),
    },
    {"ports": [Port(80, protocol="udp")], "readiness": Probe.tcp()},
    {"resources": Resources("1m", "6Mi", cpu_limit="1m", memory_limit="7Mi")},
    {"resources": Resources(cpu_limit=1, memory_limit="1G"), "restart": "never", "user": 0, "group": 0},
    {"working_dir": "/app", "read_only_root": True, "logs": LogOptions(max_size=1, max_files=1)},
]


@pytest.mark.parametrize("fields", VALID)
def test_a_valid_container_has_no_problem(root: Path, fields: dict[str, Any]) -> None:
    """What every target can run is not complained about."""
    assert found(web(**fields), root) == []


@pytest.mark.parametrize("name", ["", "Web", "web_1", "-web", "web-", "1web", "10", "a" * 51, "web.db", "wéb", "web\n"])
def test_a_name_that_some_platform_would_refuse_is_refused_everywhere(name: str) -> None:
    """A name works on every target or on none."""
    assert [(f"pods.{name}.main.name", f"{name!r} is not a name", NAME)] == said(Pod(container(name, image="a:1")))


def test_localhost_is_no_name() -> None:
    """It would hide the loopback address."""
    problem = ("pods.localhost.main.name", "'localhost' means the pod itself everywhere", "choose another name")
    assert [problem] == said(Pod(container("localhost")))


def test_every_kind_of_container_is_checked() -> None:
    """The path says which container of the pod it is."""
    bad = [container("a", user=-1), container("b", user=-1)]
    pod = Pod(container("web", user=-1), init=[bad[0]], sidecars=[bad[1]])
    expected = ["pods.web.init[0].user", "pods.web.sidecars[0].user", "pods.web.main.user"]
    assert expected == [problem.path for problem in found(pod)]


def test_a_probe_is_built_with_its_action() -> None:
    """The factories say the same as the class they build."""
    assert Probe(action=HttpGet("/a", 1), period="5s") == Probe.http("/a", 1, period=5)

"""One copy of a pod: its containers, and what the program says of them."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Access, ConfigVolume, Gateway, Group, LogOptions, Mount, Pod, Port, Secret, concat
from polypod.model.container import RestartPolicy
from tests.programs import container, web
from tests.targets.docker.plans import HELPED, containers, only, plan, text


def test_labels_say_what_each_container_belongs_to() -> None:
    """``docker ps --filter`` finds everything of a stack, a pod or a role."""
    expected = {
        "dev.polypod.project": "p",
        "dev.polypod.stack": "s",
        "dev.polypod.component": "c",
        "dev.polypod.pod": "web",
        "dev.polypod.replica": "0",
        "dev.polypod.container": "helper",
        "dev.polypod.role": "sidecar",
    }
    assert containers(HELPED)["web-0.helper"].labels == expected


@pytest.mark.parametrize(
    ("expected", "model"),
    [
        (["main"], web()),
        (["init", "main"], Pod(container(), init=[container("a")])),
        (["owner", "init", "sidecar", "main"], HELPED),
        (["owner", "peer", "peer"], Group("g", peers=[container("a"), container("b")])),
        (["peer"], Group("g", peers=[container("a")])),
    ],
)
def test_only_pods_of_several_containers_have_an_owner(expected: list[str], model: Any) -> None:
    """One container needs no other to hold its network."""
    assert [record.role for record in plan(model).containers()] == expected


def test_the_owner_holds_the_network_of_the_pod() -> None:
    """Names, host name and published ports are the owner's; the members join it."""
    found = containers(HELPED)
    actual = {key: (c.aliases, c.hostname, c.hosts, [p.external for p in c.ports]) for key, c in found.items()}
    assert actual == {
        "web-0": (("web", "web-0.web"), "web-0", ("helper", "web"), [8080]),
        "web-0.setup": ((), None, (), []),
        "web-0.helper": ((), None, (), []),
        "web-0.web": ((), None, (), []),
    }


def test_a_container_on_its_own_holds_its_network_itself() -> None:
    """It has the pod's name, which all replicas have, and one that the gateway knows it by alone."""
    found = containers(Pod(container(port=80), replicas=2))
    assert [(c.aliases, c.hostname, c.hosts) for c in found.values()] == [
        (("web", "web-0.web"), "web-0", ()),
        (("web", "web-1.web"), "web-1", ()),
    ]


def test_the_owner_is_stopped_at_once() -> None:
    """It does nothing that could be lost; the others get the pod's grace period."""
    pod = Pod(container(), sidecars=[container("a")], termination_grace_period="1.5s")
    assert {key: c.stop_seconds for key, c in containers(pod).items()} == {
        "web-0": 0,
        "web-0.a": 2,
        "web-0.web": 2,
    }


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (((), ()), {}),
        ((("a", "b"), ()), {"command": ["a", "b"]}),
        (((), ("c", "d")), {"args": ["c", "d"]}),
        ((("a", "c"), ()), {"command": ["a"], "args": ["c"]}),
    ],
)
def test_a_command_replaces_the_entrypoint_and_args_the_command(expected: Any, fields: dict[str, Any]) -> None:
    """As on every other target; together they are one list, because a new entrypoint clears the image's command."""
    record = only(web(**fields))
    assert (tuple(map(text, record.entrypoint)), tuple(map(text, record.command))) == expected


DB = Pod(
    container("db", ports=[Port(5432, name="sql"), Port(9187, name="metrics")]), access=Access(scheme="postgresql")
)


FRONT = Pod(
    container("web", port=80, env={"A": "x"}),
    sidecars=[container("helper", ports=[Port(9000, name="status")])],
)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("db:5432", "polypod{db.host}:polypod{db.port}"),
        ("9187", "polypod{db.port.metrics}"),
        ("postgresql://db:5432/app", DB.url("app")),
        ("localhost:80", "polypod{web.host}:polypod{web.port}"),
        ("localhost:9000", "polypod{helper.host}:polypod{helper.port}"),
        ("9000", "polypod{helper.port.status}"),
        ("9000", "polypod{web.port.status}"),
        ("polypod{db.host} ${db.host}", "polypod{polypod}{db.host} ${db.host}"),
        ("x*y*db", concat("x", Secret("y"), DB.host)),
        ("5", 5),
    ],
)
@pytest.mark.parametrize("place", ["env", "args", "command", "file"])
def test_references_become_addresses(expected: str, value: Any, place: str) -> None:
    """Another pod is reached by its name, the own pod and its containers as localhost, on the named port."""
    fields: dict[str, Any] = {
        "env": {"env": {"A": value}},
        "args": {"args": [value]},
        "command": {"command": [value]},
        "file": {"mounts": [Mount("/m", ConfigVolume("f", {"f": value}))]},
    }[place]
    model = Gateway([Pod(container("web", port=80, **fields), sidecars=FRONT.sidecars), DB])
    pod = next(pod for pod in plan(model).pods if pod.name == "web")
    record = next(record for record in pod.members if record.key == "web-0.web")
    (actual,) = [
        *record.env.values(),
        *record.command,
        *record.entrypoint,
        *(upload.content for volume in pod.volumes for upload in volume.files),
    ]
    assert text(actual) == expected


@pytest.mark.parametrize("shared", [False, True])
def test_processes_are_shared_on_request(shared: bool) -> None:
    """Among the containers of a pod; one alone has nothing to share."""
    pod = Pod(container("web"), sidecars=[container("helper")], share_processes=shared)
    assert [c.share_processes for c in plan(pod).containers() if c.role != "owner"] == [shared, shared]
    assert not plan(Pod(container("web"), share_processes=True)).pods[0].members[0].share_processes


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ("always", {}),
        ("always", {"restart": "always"}),
        ("on-failure", {"restart": "on-failure"}),
        ("no", {"restart": "never"}),
    ],
)
def test_restart_policies(expected: str, fields: dict[str, Any]) -> None:
    """Containers are started again unless the program says otherwise; the provider's own default is not to."""
    assert only(web(**fields)).restart == expected


def test_init_containers_run_once_and_in_order() -> None:
    """What has ended well must not start again; what fails is tried again, unless the pod is tried once."""
    init = [container("a"), container("b", restart="on-failure")]
    for restart, expected in (("always", "on-failure"), ("on-failure", "on-failure"), ("never", "no")):
        pod = Pod(container(restart=restart), init=init)
        assert [(c.key, c.restart, c.role) for c in plan(pod).pods[0].init] == [
            ("web-0.a", expected, "init"),
            ("web-0.b", expected, "init"),
        ]


@pytest.mark.parametrize(
    ("expected", "restart", "attempts"),
    [
        (("no", None), "never", None),
        (("no", None), "never", 1),
        (("on-failure", 2), "never", 3),
        (("on-failure", None), "on-failure", None),
        (("no", None), "on-failure", 1),
        (("on-failure", 4), "on-failure", 5),
    ],
)
def test_a_job_is_tried_as_often_as_it_says(
    expected: tuple[str, int | None], restart: RestartPolicy, attempts: int | None
) -> None:
    """Its sidecars are started again until they are stopped, and stay so."""
    job = Pod(container(restart=restart), sidecars=[container("side")], attempts=attempts)
    side, main = plan(job).pods[0].members
    assert (main.restart, main.max_retries) == expected
    assert (side.restart, side.max_retries) == ("unless-stopped", None)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({}, {}),
        ({"user": "1000"}, {"user": 1000}),
        ({"stopSignal": "SIGQUIT"}, {"stop_signal": "SIGQUIT"}),
        (
            {"user": "0:5", "workingDir": "/app", "readOnly": True},
            {"user": 0, "group": 5, "working_dir": "/app", "read_only_root": True},
        ),
    ],
)
def test_process_settings(expected: Any, fields: dict[str, Any]) -> None:
    """User and group, the directory it starts in, the read-only root, the signal that stops it."""
    assert only(web(**fields)).options == expected


def test_logs_are_rotated() -> None:
    """Three files of 10 MB by default."""
    pod = Pod(container(logs=LogOptions(max_size="1Ki", max_files=1)), sidecars=[container("a")])
    assert {key: c.log_options for key, c in containers(pod).items() if c.role != "owner"} == {
        "web-0.a": {"max-size": "10000000", "max-file": "3"},
        "web-0.web": {"max-size": "1024", "max-file": "1"},
    }


@pytest.mark.parametrize(
    ("expected", "model"),
    [
        ([("web", 80, 8080, "127.0.0.1", "tcp", "main.port.publish")], web(port=Port(80, publish=8080))),
        (
            [("web", 53, 53, "0.0.0.0", "udp", "main.ports[1].publish")],  # noqa: S104
            web(ports=[81, Port(53, protocol="udp", publish=53, address="0.0.0.0")]),  # noqa: S104
        ),
        (
            [
                ("web-80", 80, 8080, "127.0.0.1", "tcp", "main.port.publish"),
                ("web-admin", 81, 8081, "127.0.0.1", "tcp", "main.ports[0].publish"),
            ],
            web(port=Port(80, publish=8080), ports=[Port(81, publish=8081, name="admin")]),
        ),
        (
            [("helper", 9, 9, "127.0.0.1", "tcp", "sidecars[0].port.publish")],
            Pod(container(), sidecars=[container("helper", port=Port(9, publish=9))]),
        ),
    ],
)
def test_ports_are_published_on_the_loopback_address(expected: list[Any], model: Any) -> None:
    """Unless the program says otherwise; the owner publishes for the members."""
    actual = [
        (p.key, p.internal, p.external, p.address, p.protocol, p.path.removeprefix("pods.web."))
        for c in plan(model).containers()
        for p in c.ports
    ]
    assert actual == expected

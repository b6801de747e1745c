"""What a program becomes on Docker, row by row of the translation table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import (
    Access,
    Autoscale,
    Backend,
    ConfigVolume,
    File,
    Gateway,
    Group,
    HostPathVolume,
    LogOptions,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    concat,
)
from polypod.model.container import RestartPolicy
from polypod.patterns import wait_for
from polypod.targets.docker.plan import records
from tests.programs import container, gateway, web
from tests.targets.docker.plans import HELPED, containers, only, plan, text

MIB = 1024 * 1024


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


def test_scratch_volumes_belong_to_one_copy_of_a_pod() -> None:
    """Containers of a pod share them, replicas do not; what holds one at a path keeps Docker from filling it there."""
    data = ScratchVolume("data")
    pod = Pod(
        container(mounts=[Mount("/a", data)]),
        sidecars=[container("b", mounts=[Mount("/b", data, read_only=True)])],
        replicas=2,
    )
    actual = plan(pod)
    assert [[(v.key, v.name, v.keep, v.paths) for v in copy.volumes] for copy in actual.pods] == [
        [("web-0.data", "p-s-c-web-0.data", False, ("/a", "/b"))],
        [("web-1.data", "p-s-c-web-1.data", False, ("/a", "/b"))],
    ]
    holders = ("p-s-c-web-1.data.content", "p-s-c-web-1.data.content.1")
    assert {c.key: c.mounts for c in actual.pods[1].members} == {
        "web-1.web": (records.VolumeMount(path="/a", volume="web-1.data", holder=holders[0]),),
        "web-1.b": (records.VolumeMount(path="/b", volume="web-1.data", holder=holders[1], read_only=True),),
    }


def test_persistent_volumes_belong_to_the_application_and_are_kept() -> None:
    """Every pod that names one sees the same data."""
    mount = Mount("/m", PersistentVolume("shared", "1Gi"))
    actual = plan(Gateway([Pod(container(name, mounts=[mount])) for name in "ab"]))
    assert [(v.key, v.name, v.keep) for v in actual.volumes if v.keep] == [("volume-shared", "p-s-c-shared", True)]
    mounts = {c.mounts for c in actual.containers() if c.role == "main" and c.key != "gateway-0"}
    assert mounts == {(records.VolumeMount(path="/m", volume="volume-shared"),)}


def test_each_replica_has_a_volume_of_its_own_on_request() -> None:
    """Kept like others; as many as there are replicas."""
    mount = Mount("/m", PersistentVolume("own", per_replica=True))
    actual = plan(Pod(container("web", mounts=[mount]), replicas=2))
    assert [(v.key, v.name, v.keep) for v in actual.volumes] == [
        ("volume-own.0", "p-s-c-own.0", True),
        ("volume-own.1", "p-s-c-own.1", True),
    ]
    assert [c.mounts[0].volume for c in actual.containers()] == ["volume-own.0", "volume-own.1"]


@pytest.mark.parametrize(("users", "made"), [([1000], True), ([None], True), ([0, 1000], True), ([0], False)])
def test_who_mounts_a_persistent_volume_may_write_to_it(users: list[int | None], made: bool) -> None:
    """As to a scratch volume; where only root mounts it, Docker's own way is enough."""
    mount = Mount("/m", PersistentVolume("data"))
    first, *others = [container(f"c{i}", user=user, mounts=[mount]) for i, user in enumerate(users)]
    (volume,) = plan(Pod(first, sidecars=others)).volumes
    assert volume.copy_from == ("/tmp" if made else None)  # noqa: S108


def test_docker_runs_the_fewest_replicas_of_an_autoscaler() -> None:
    """It has none itself, and says so."""
    actual = plan(Pod(container("web"), autoscale=Autoscale(min_replicas=2, max_replicas=5)))
    assert [pod.key for pod in actual.pods] == ["web-0", "web-1"]


@pytest.mark.parametrize("shared", [False, True])
def test_processes_are_shared_on_request(shared: bool) -> None:
    """Among the containers of a pod; one alone has nothing to share."""
    pod = Pod(container("web"), sidecars=[container("helper")], share_processes=shared)
    assert [c.share_processes for c in plan(pod).containers() if c.role != "owner"] == [shared, shared]
    assert not plan(Pod(container("web"), share_processes=True)).pods[0].members[0].share_processes


def test_a_host_path_is_mounted_as_it_is() -> None:
    """Docker has it, so nothing is made for it."""
    actual = plan(web(mounts=[Mount("/m", HostPathVolume("src", "/srv"), read_only=True)]))
    mounts = [c.mounts for c in actual.containers()]
    assert (mounts, actual.volumes) == ([(records.VolumeMount(path="/m", host_path="/srv", read_only=True),)], ())


def test_files_stand_in_place_of_a_directory() -> None:
    """Nobody may write there, not even root; config files are shown in a preview, secret files are not."""
    pod = web(
        mounts=[
            Mount("/etc/app/", ConfigVolume("conf", {"b": "polypod{web.port}", "a/c": b"\xff"}, mode=0o440)),
            Mount("/run/secrets", SecretVolume("keys", {"key": "k", "pin": File(Secret("p"), mode=0o400, user=5)})),
        ]
    )
    record = only(pod)
    assert record.mounts == (
        records.VolumeMount(path="/etc/app/", volume="web-0.conf", read_only=True),
        records.VolumeMount(path="/run/secrets", volume="web-0.keys", read_only=True),
    )
    conf, keys = plan(pod).pods[0].volumes
    assert (conf.files[0].content, conf.files[0].path) == (b"\xff", "a/c")
    assert [(file.path, text(file.content), file.secret) for file in (*conf.files[1:], *keys.files)] == [
        ("b", "80", False),
        ("key", "*k*", True),
        ("pin", "*p*", True),
    ]
    assert [(file.mode, file.owner) for file in keys.files] == [(0o444, None), (0o400, 5)]
    assert {file.mode for file in conf.files} == {0o440}


def test_a_single_file_stands_beside_those_of_the_image() -> None:
    """Mounted from the volume that holds it."""
    files = SecretVolume("keys", {"key": "k", "pin": "p"})
    pod = web(mounts=[Mount("/app/secret.pin", files, sub_path="pin")])
    mount = records.VolumeMount(path="/app/secret.pin", volume="web-0.keys", file="pin", read_only=True)
    assert only(pod).mounts == (mount,)
    (volume,) = plan(pod).pods[0].volumes
    assert [file.path for file in volume.files] == ["key", "pin"]


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ((None, None, None, None), {}),
        ((None, None, 25_000, 256), {"cpu": "250m"}),
        ((None, None, 150_000, 1536), {"cpu": 1.5}),
        ((None, None, 200_000, 512), {"cpu": "500m", "cpu_limit": 2}),
        ((None, None, 100_000, None), {"cpu_limit": 1}),
        ((None, None, 1000, 2), {"cpu": "1m"}),
        ((256, None, None, None), {"memory": "256Mi"}),
        ((245, None, None, None), {"memory": "256M"}),
        ((512, 256, None, None), {"memory": "256Mi", "memory_limit": "512Mi"}),
        ((256, None, None, None), {"memory": "256Mi", "memory_limit": str(256 * MIB)}),
        ((256, None, None, None), {"memory_limit": "256Mi"}),
    ],
)
def test_promises_and_limits(expected: tuple[int | None, ...], fields: dict[str, Any]) -> None:
    """A limit is what a container is stopped at; a promise is a reservation, or a relative share of the CPU."""
    record = only(web(resources=Resources(**fields)))
    assert (record.memory, record.memory_reservation, record.cpu_quota, record.cpu_shares) == expected


@given(st.integers(6 * MIB, 2**45), st.integers(1, 10**6))
def test_limits_round_up(size: int, millicores: int) -> None:
    """A container never gets less than its program said."""
    record = only(web(resources=Resources(cpu=f"{millicores}m", memory=size)))
    assert 0 <= (record.memory or 0) * MIB - size < MIB
    assert (record.cpu_quota or 0) >= millicores * 100


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


def test_pods_start_after_what_they_wait_for() -> None:
    """Every copy waits for every copy of the other pod, and the gateway for what it leads to."""
    app = Gateway(
        [
            Pod(container("web", port=80, env={"A": DB.host}), replicas=2),
            Pod(container("job"), init=[wait_for(DB)], depends_on=["web"]),
            DB,
        ],
        routes=[Route("/", "web")],
    )
    assert [(pod.key, pod.waits_for) for pod in plan(app).pods] == [
        ("db-0", ()),
        ("web-0", ("db",)),
        ("web-1", ("db",)),
        ("job-0", ("db", "web")),
        ("gateway-0", ("web",)),
    ]


def test_a_pod_says_how_long_it_may_take() -> None:
    """In whole seconds, rounded up."""
    assert [pod.ready_seconds for pod in plan(Pod(container(), ready_within="1500ms")).pods] == [2]


def test_what_is_several_things_nests_below_a_gateway() -> None:
    """A component that is one pod is not nested in itself, and a single container needs no component."""
    group = Group("g", peers=[container("a"), container("b")])
    stored = Pod(container("c", mounts=[Mount("/s", ScratchVolume("s"))]))
    started = Pod(container("d"), init=[container("i")])
    pods = {pod.key: pod.kind for pod in plan(Gateway([web(), group, stored, started])).pods}
    assert pods == {
        "web-0": None,
        "g-0": "ContainerGroup",
        "c-0": "SidecarPod",
        "d-0": "SidecarPod",
        "gateway-0": None,
    }
    assert plan(group).pods[0].kind is None


def test_the_gateway_is_a_pod_of_its_own() -> None:
    """It publishes its port and knows its place in the model."""
    record = containers(gateway(port=9000, address="0.0.0.0", image="nginx:1.31"))["gateway-0"]  # noqa: S104
    (port,) = record.ports
    assert (record.path, port.path, port.key) == ("gateway.main", "gateway.port", "gateway")
    assert (port.internal, port.external, port.address) == (9000, 9000, "0.0.0.0")  # noqa: S104


def test_rendering_is_the_same_every_time() -> None:
    """Two previews of one program show no difference."""
    app = gateway(HELPED, DB, routes=[Route("/", ["web", Backend("db", port=5432)])])
    assert plan(app) == plan(app)

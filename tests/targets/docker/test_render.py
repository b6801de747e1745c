"""What a program becomes on Docker, row by row of the translation table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import (
    Access,
    Backend,
    Build,
    ConfigVolume,
    Gateway,
    Group,
    HostPathVolume,
    LogOptions,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    concat,
)
from polypod.model.application import Application
from polypod.model.value import Template
from polypod.patterns import wait_for
from polypod.targets.docker import records
from polypod.targets.docker.render import render
from tests.programs import Later, container, gateway, site, web

MIB = 1024 * 1024


def plan(model: Any, **fields: Any) -> records.Plan:
    """The plan of a program on a site whose names start with ``p-s-c``."""
    return render(Application.of(model), site(**fields))


def containers(model: Any, **fields: Any) -> dict[str, records.Container]:
    """The containers of a program by logical name."""
    return {record.key: record for record in plan(model, **fields).containers()}


def only(model: Any, **fields: Any) -> records.Container:
    """The one container of a program."""
    (record,) = containers(model, **fields).values()
    return record


def text(template: Template) -> str:
    """A resolved value, with secrets in stars."""
    return "".join(part if isinstance(part, str) else f"*{part.value}*" for part in template.parts)


HELPED = Pod(container("web", port=Port(80, publish=8080)), sidecars=[container("helper")], init=[container("setup")])


def test_names_start_with_project_stack_and_component() -> None:
    """Two stacks of one program can share a daemon."""
    actual = plan(gateway(HELPED, Pod(container("db", port=1), replicas=2)))
    expected = {
        "c-network": "p-s-c",
        "web-0": "p-s-c-web-0",
        "web-0.setup": "p-s-c-web-0.setup",
        "web-0.helper": "p-s-c-web-0.helper",
        "web-0.web": "p-s-c-web-0.web",
        "db-0": "p-s-c-db-0",
        "db-1": "p-s-c-db-1",
        "gateway-0": "p-s-c-gateway-0",
    }
    assert {"c-network": actual.network, **{c.key: c.name for c in actual.containers()}} == expected


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
        "web-0": (("web",), "web-0", ("helper", "web"), [8080]),
        "web-0.setup": ((), None, (), []),
        "web-0.helper": ((), None, (), []),
        "web-0.web": ((), None, (), []),
    }


def test_a_container_on_its_own_holds_its_network_itself() -> None:
    """It has the pod's name, and one of its own among replicas."""
    found = containers(Pod(container(port=80), replicas=2))
    assert [(c.aliases, c.hostname, c.hosts) for c in found.values()] == [
        (("web",), "web-0", ()),
        (("web",), "web-1", ()),
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
        ("db:5432", "${db.host}:${db.port}"),
        ("9187", "${db.port.metrics}"),
        ("postgresql://db:5432/app", DB.url("app")),
        ("localhost:80", "${web.host}:${web.port}"),
        ("localhost:9000", "${helper.host}:${helper.port}"),
        ("9000", "${helper.port.status}"),
        ("9000", "${web.port.status}"),
        ("${db.host} ${HOME}", "$${db.host} ${HOME}"),
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
        "file": {"mounts": [Mount("/m", SecretVolume("f", {"f": value}))]},
    }[place]
    pod = Pod(container("web", port=80, **fields), sidecars=FRONT.sidecars)
    record = containers(Gateway([pod, DB]))["web-0.web"]
    (actual,) = [
        *record.env.values(),
        *record.command,
        *record.entrypoint,
        *(upload.content for upload in record.uploads),
    ]
    assert text(actual) == expected


def test_scratch_volumes_belong_to_one_copy_of_a_pod() -> None:
    """Containers of a pod share them, replicas do not; everyone may write, as in BusyBox's /tmp."""
    data = ScratchVolume("data")
    pod = Pod(
        container(mounts=[Mount("/a", data)]),
        sidecars=[container("b", mounts=[Mount("/b", data, read_only=True)])],
        replicas=2,
    )
    actual = plan(pod)
    assert [[(v.key, v.name, v.keep, v.copy_from) for v in copy.volumes] for copy in actual.pods] == [
        [("web-0.data", "p-s-c-web-0.data", False, "/tmp")],  # noqa: S108
        [("web-1.data", "p-s-c-web-1.data", False, "/tmp")],  # noqa: S108
    ]
    assert {c.key: c.mounts for c in actual.pods[1].members} == {
        "web-1.web": (records.VolumeMount(path="/a", volume="web-1.data"),),
        "web-1.b": (records.VolumeMount(path="/b", volume="web-1.data", read_only=True),),
    }


def test_persistent_volumes_belong_to_the_application_and_are_kept() -> None:
    """Every pod that names one sees the same data."""
    mount = Mount("/m", PersistentVolume("shared", "1Gi"))
    actual = plan(Gateway([Pod(container(name, mounts=[mount])) for name in "ab"]))
    assert [(v.key, v.name, v.keep) for v in actual.volumes if v.keep] == [("volume-shared", "p-s-c-shared", True)]
    mounts = {c.mounts for c in actual.containers() if c.role == "main" and c.key != "gateway-0"}
    assert mounts == {(records.VolumeMount(path="/m", volume="volume-shared"),)}


def test_a_host_path_is_mounted_as_it_is() -> None:
    """Docker has it, so nothing is made for it."""
    actual = plan(web(mounts=[Mount("/m", HostPathVolume("src", "/srv"), read_only=True)]))
    mounts = [c.mounts for c in actual.containers()]
    assert (mounts, actual.volumes) == ([(records.VolumeMount(path="/m", host_path="/srv", read_only=True),)], ())


def test_files_are_written_below_their_mount() -> None:
    """Config files are shown in a preview, secret files are not."""
    record = only(
        web(
            mounts=[
                Mount("/etc/app/", ConfigVolume("conf", {"b": "${web.port}", "a/c": ""})),
                Mount("/run/secrets", SecretVolume("keys", {"key": "k", "pin": Secret("p")})),
            ]
        )
    )
    assert [(u.path, text(u.content), u.secret) for u in record.uploads] == [
        ("/etc/app/a/c", "", False),
        ("/etc/app/b", "80", False),
        ("/run/secrets/key", "k", True),
        ("/run/secrets/pin", "*p*", True),
    ]


def test_files_in_a_read_only_root_come_in_a_volume() -> None:
    """Nothing can be written into such a container, not even by Docker."""
    files = Mount("/etc/app", ConfigVolume("conf", {"a": "x"}))
    pod = web(mounts=[files], read_only_root=True)
    record = only(pod)
    assert (record.read_only, record.uploads) == (True, ())
    assert record.mounts == (records.VolumeMount(path="/etc/app", volume="web-0.conf", read_only=True),)
    (volume,) = plan(pod).pods[0].volumes
    assert [(file.path, text(file.content)) for file in volume.files] == [("a", "x")]


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
    """Whatever their restart policy: what has ended well must not start again."""
    pod = Pod(container(), init=[container("a"), container("b", restart="on-failure")])
    assert [(c.key, c.restart, c.role) for c in plan(pod).pods[0].init] == [
        ("web-0.a", "no", "init"),
        ("web-0.b", "no", "init"),
    ]


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ((None, None, False), {}),
        (("1000", None, False), {"user": 1000}),
        (("0:5", "/app", True), {"user": 0, "group": 5, "working_dir": "/app", "read_only_root": True}),
    ],
)
def test_process_settings(expected: Any, fields: dict[str, Any]) -> None:
    """User and group, the directory it starts in, the read-only root."""
    record = only(web(**fields))
    assert (record.user, record.working_dir, record.read_only) == expected


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


def test_components_nest_only_below_a_gateway() -> None:
    """A component that is one pod is not nested in itself."""
    assert (plan(gateway()).nested, plan(web()).nested) == (True, False)
    kinds = [pod.kind for pod in plan(Gateway([web(), Group("g", peers=[container("a")])])).pods]
    assert kinds == ["SidecarPod", "ContainerGroup", "SidecarPod"]


def test_every_image_is_had_once() -> None:
    """Whoever asks for it first is named where it cannot be had."""
    pod = Pod(container(image="a:1"), sidecars=[container("b", image="a:1"), container("c", image="a:2")], replicas=2)
    assert [(image.key, image.reference, image.path) for image in plan(pod).images] == [
        ("image-a-1", "a:1", "pods.web.sidecars[0].image"),
        ("image-a-2", "a:2", "pods.web.sidecars[1].image"),
        ("image-busybox-1-37-musl", "busybox:1.37-musl", "pods.web.image"),
    ]


def test_images_are_replaced_by_those_of_the_site() -> None:
    """The model's own images as well as those that polypod adds."""
    images = {"web:1": "mirror/web:1", "busybox:1.37-musl": "mirror/busybox", "nginx:1.29": "mirror/nginx"}
    actual = plan(gateway(HELPED), images=images)
    assert {image.reference for image in actual.images} == {
        "mirror/web:1", "helper:1", "setup:1", "mirror/busybox", "mirror/nginx",
    }  # fmt: skip


def _context(root: Path, name: str, dockerfile: str = "FROM scratch\n") -> Build:
    (root / name).mkdir(parents=True, exist_ok=True)
    (root / name / "Dockerfile").write_text(dockerfile)
    return Build(name)


def test_a_build_becomes_an_image_of_the_component(tmp_path: Path) -> None:
    """Its repository is the component's, its context a path of this machine."""
    _context(tmp_path, "apps/Web_App")
    build = Build("apps/Web_App", dockerfile="Dockerfile", args={"A": "b"}, target="slim")
    (image,) = plan(web(image=build), root=tmp_path).images
    assert image == records.Image(
        key="image-apps-web-app-fbdc5f",
        reference="p-s-c/apps-web-app-fbdc5f",
        path="pods.web.main.image",
        context=tmp_path / "apps/Web_App",
        args={"A": "b"},
        target="slim",
    )


@pytest.mark.parametrize("context", [".", "./", "../shop"])
def test_every_build_context_gives_a_repository_with_a_name(tmp_path: Path, context: str) -> None:
    """Also where the context is the project's root itself."""
    (image,) = plan(web(image=Build(context)), root=tmp_path / "shop").images
    assert str(image.reference).removeprefix("p-s-c/").strip("-") != ""
    assert image.key.removeprefix("image-") != ""


def test_two_builds_that_differ_are_two_images(tmp_path: Path) -> None:
    """Equal ones are built once."""
    _context(tmp_path, "app")
    pod = Pod(
        container(image=Build("app", target="a")),
        sidecars=[container("b", image=Build("app", target="b")), container("c", image=Build("app", target="a"))],
    )
    targets = {image.key: image.target for image in plan(pod, root=tmp_path).images if image.context}
    assert sorted(targets.values()) == ["a", "b"]


def test_base_images_of_builds_are_replaced_through_their_arguments(tmp_path: Path) -> None:
    """A Dockerfile that names its base in an ARG follows the site; what the program says wins."""
    _context(tmp_path, "app", "ARG BASE=python:3.12\narg OTHER=a:1\nARG FREE\nFROM ${BASE}\n")
    images = {"python:3.12": "mirror/python", "a:1": "mirror/a"}
    (default,) = plan(web(image=Build("app")), root=tmp_path, images=images).images
    (given_,) = plan(web(image=Build("app", args={"BASE": "mine"})), root=tmp_path, images=images).images
    assert (default.args, given_.args) == (
        {"BASE": "mirror/python", "OTHER": "mirror/a"},
        {"BASE": "mine", "OTHER": "mirror/a"},
    )


def test_a_deferred_image_is_passed_on() -> None:
    """Its name is known only later; two of them are two images."""
    images = [Later(), Later()]
    pod = Pod(container(image=images[0]), sidecars=[container("b", image=images[1])])
    assert [record.reference for record in plan(pod).images[:2]] == [images[1], images[0]]


def test_images_keep_their_keys_when_others_come(tmp_path: Path) -> None:
    """A pod that is added in front makes no image of the other pods a new resource."""
    _context(tmp_path, "app")
    pod = Pod(
        container(image=Build("app", target="slim")),
        sidecars=[container("b", image=Later()), container("c", image=Build("app")), container("d", image="d:1")],
    )
    new = Pod(container("new", image="e:1"), sidecars=[container("f", image=Later("y"))])
    before, after = (
        {image.path: image.key for image in plan(Gateway(pods), root=tmp_path).images} for pods in ([pod], [new, pod])
    )
    assert before.items() <= {**after, "pods.web.image": before["pods.web.image"]}.items()


def test_registries_log_in_once_each() -> None:
    """Pods of one application share the logins."""
    logins = [RegistryCredentials(server=s, username="me", password=Secret("p")) for s in ("a.io", "b.io")]
    app = Gateway([Pod(container("a"), registries=logins), Pod(container("b"), registries=logins[:1])])
    assert [login.server for login in plan(app).registries] == ["a.io", "b.io"]


NAMES_THAT_MEET = [
    Pod(container(), sidecars=[container("owner")]),
    Pod(container("web", readiness=Probe.tcp(80), mounts=[Mount("/m", PersistentVolume("tools"))])),
    Gateway(
        [
            Pod(container("web", mounts=[Mount("/m", ScratchVolume("data"))])),
            Pod(container("db", mounts=[Mount("/m", PersistentVolume("web-0-data"))])),
        ]
    ),
    Pod(container("web", mounts=[Mount("/m", ScratchVolume("a")), Mount("/n", ScratchVolume("a-content"))])),
    Pod(container("web", mounts=[Mount("/m", ScratchVolume("a"))]), sidecars=[container("a-content")]),
    Gateway([Pod(container("web"), sidecars=[container("a")]), Pod(container("web-0-a"))]),
]


@pytest.mark.parametrize("model", NAMES_THAT_MEET, ids=["owner", "tools", "data", "contents", "content", "pod"])
def test_no_two_things_have_one_name(model: Any) -> None:
    """Whatever a program calls its parts: a volume of one name would be one volume, and removed with the first."""
    actual = plan(model)
    volumes = [*actual.volumes, *(volume for pod in actual.pods for volume in pod.volumes)]
    fillers = [f"{volume.name}.content" for volume in volumes if volume.filled]
    for names in (
        [c.key for c in actual.containers()] + [f"{volume.key}.content" for volume in volumes if volume.filled],
        [c.name for c in actual.containers()] + fillers,
        [volume.key for volume in volumes],
        [volume.name for volume in volumes],
    ):
        assert sorted(names) == sorted(set(names))


def test_no_two_pods_answer_to_one_name() -> None:
    """A copy's own name must not be that of another pod."""
    app = Gateway([Pod(container("web", port=80)), Pod(container("web-0", port=80))])
    aliases = [alias for pod in plan(app).pods for c in pod.containers for alias in c.aliases]
    assert sorted(aliases) == sorted(set(aliases))


@pytest.mark.parametrize("name", ["proxy", "gateway"])
def test_every_published_port_has_an_address_of_its_own(name: str) -> None:
    """The component's endpoints would lose all but one of the same name; that of the gateway is its own."""
    pods = [Pod(container(pod), sidecars=[container(name, port=Port(n, publish=n))]) for n, pod in enumerate("ab", 80)]
    keys = [port.key for c in plan(Gateway(pods)).containers() for port in c.ports]
    assert sorted(keys) == sorted(set(keys))
    assert keys[-1] == "gateway"


def test_a_pod_named_gateway_keeps_its_place_in_the_model() -> None:
    """Only below a gateway does the name stand for the gateway itself."""
    assert only(Pod(container("gateway", port=Port(80, publish=80)))).path == "pods.gateway.main"


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

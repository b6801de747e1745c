"""What a program becomes on Docker: its pods, in which order, and its gateway."""

from __future__ import annotations

from polypod import Access, Autoscale, Backend, Gateway, Group, Mount, Pod, Port, Route, ScratchVolume
from polypod.patterns import wait_for
from tests.programs import container, gateway, web
from tests.targets.docker.plans import HELPED, containers, plan

DB = Pod(
    container("db", ports=[Port(5432, name="sql"), Port(9187, name="metrics")]), access=Access(scheme="postgresql")
)


def test_docker_runs_the_fewest_replicas_of_an_autoscaler() -> None:
    """It has none itself, and says so."""
    actual = plan(Pod(container("web"), autoscale=Autoscale(min_replicas=2, max_replicas=5)))
    assert [pod.key for pod in actual.pods] == ["web-0", "web-1"]


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

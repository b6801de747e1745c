"""Each rule about the containers of one pod, taken together."""

from __future__ import annotations

import pytest

from polypod import Access, Autoscale, ConfigVolume, Group, Mount, PersistentVolume, Pod, Port, Probe, ScratchVolume
from polypod.model.pod import Workload
from tests.programs import container, found, login, said, web

from .messages import TIME

SHARED = "containers of a pod share one address"
OTHER = "let one of them listen on another port"
SAME = "mount the same volume object in both, or give them two names"
SERVER = "write it without 'https://' and path, as in 'example.azurecr.io'"


def pod(main: object = None, **fields: object) -> Pod:
    """A pod named ``web``."""
    return Pod(main or container(), **fields)


def mount(path: str, size: str | None = None) -> Mount:
    """A mount of the volume ``data``."""
    return Mount(path, ScratchVolume("data", size))


BROKEN: list[tuple[Workload, str, str, str]] = [
    (
        Group("", peers=[container()]),
        "pods..name",
        "'' is not a name",
        "use 1 to 50 lower-case letters, digits and hyphens, a letter first and no hyphen last",
    ),
    (Group("web", peers=[]), "pods.web", "there is no container", "add at least one"),
    (pod(replicas=0), "pods.web.replicas", "0 is less than 1", "use 1 or more"),
    (
        pod(replicas=2, autoscale=Autoscale(max_replicas=3)),
        "pods.web.autoscale",
        "the pod says replicas=2 too",
        "leave replicas= out, or autoscale=",
    ),
    (
        pod(autoscale=Autoscale(min_replicas=0, max_replicas=3)),
        "pods.web.autoscale.min_replicas",
        "0 is less than 1",
        "use 1 or more",
    ),
    (
        pod(autoscale=Autoscale(min_replicas=3, max_replicas=2)),
        "pods.web.autoscale.max_replicas",
        "2 is less than min_replicas, 3",
        "raise it",
    ),
    (
        pod(autoscale=Autoscale(max_replicas=2, cpu=0)),
        "pods.web.autoscale.cpu",
        "0 is less than 1 percent",
        "use a number such as 70",
    ),
    (
        pod(container(restart="never"), autoscale=Autoscale(max_replicas=2)),
        "pods.web.autoscale",
        "a container that ends cannot be scaled with the load: main has restart='never'",
        "use replicas=",
    ),
    (pod(ready_within="x"), "pods.web.ready_within", f"'x' is not {TIME[6:]}", TIME),
    (pod(termination_grace_period=0), "pods.web.termination_grace_period", "'0' is not more than nothing", TIME),
    (
        pod(access=Access(scheme="redis://")),
        "pods.web.access.scheme",
        "'redis://' is not the scheme of a URL",
        "write it without '://', as in 'redis'",
    ),
    (
        pod(registries=[login("ghcr.io"), login("https://ghcr.io")]),
        "pods.web.registries[1].server",
        "'https://ghcr.io' is not the host of a registry",
        SERVER,
    ),
    (pod(registries=[login("")]), "pods.web.registries[0].server", "'' is not the host of a registry", SERVER),
    (
        pod(sidecars=[container("a"), container("web")]),
        "pods.web.main.name",
        "'web' is also the name of sidecars[1]",
        "give every container of a pod its own name",
    ),
    (
        pod(init=[container("web")]),
        "pods.web.main.name",
        "'web' is also the name of init[0]",
        "give every container of a pod its own name",
    ),
    (
        pod(container(port=80), sidecars=[container("a", ports=[81, 80])]),
        "pods.web.main.port",
        f"port 80 is also a port of sidecars[0]; {SHARED}",
        OTHER,
    ),
    (
        Group("g", peers=[container("a", ports=[81, 80]), container("b", ports=[82, 81])]),
        "pods.g.peers[1].ports[1]",
        f"port 81 is also a port of peers[0]; {SHARED}",
        OTHER,
    ),
    (
        pod(container(port=Port(80, name="http")), sidecars=[container("a", port=Port(81, name="http"))]),
        "pods.web.main.port.name",
        "'http' is also the name of a port of sidecars[0]",
        "give every port of a pod its own name",
    ),
    (
        pod(container(mounts=[mount("/a", "1Gi")]), sidecars=[container("a", mounts=[mount("/a")])]),
        "pods.web.main.mounts[0].volume",
        "the volume 'data' is another one in sidecars[0].mounts[0]",
        SAME,
    ),
    (
        pod(container(mounts=[mount("/a"), Mount("/b", PersistentVolume("data"))])),
        "pods.web.main.mounts[1].volume",
        "the volume 'data' is another one in main.mounts[0]",
        SAME,
    ),
    (
        pod(init=[container("a", port=80)]),
        "pods.web.init[0].ports",
        "an init container runs to its end and has no ports",
        "remove ports=, or make it a sidecar",
    ),
    *(
        (
            pod(init=[container("a", **{kind: Probe.exec("true")})]),
            f"pods.web.init[0].{kind}",
            f"an init container runs to its end and has no {kind}",
            f"remove {kind}=, or make it a sidecar",
        )
        for kind in ("readiness", "liveness", "startup")
    ),
]


@pytest.mark.parametrize(("model", "path", "what", "fix"), BROKEN, ids=[row[1] for row in BROKEN])
def test_a_broken_rule_gives_one_problem(model: Workload, path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(path, what, fix)] == said(model)


FILES = ConfigVolume("files", {"a": "b"})
VALID: list[Workload] = [
    web(),
    Group("web", peers=[container("web"), container("other")]),
    pod(container(port=Port(53)), sidecars=[container("a", port=Port(53, protocol="udp"))]),
    pod(container(mounts=[mount("/a")]), sidecars=[container("a", mounts=[mount("/b")])]),
    pod(container(mounts=[Mount("/a", PersistentVolume("d", "1Gi")), Mount("/b", PersistentVolume("d", "1024Mi"))])),
    pod(container(mounts=[Mount("/a", FILES)]), init=[container("i", mounts=[Mount("/a", FILES)], restart="never")]),
    pod(container(port=80), replicas=3, registries=[login("ghcr.io"), login("localhost:5000")], ready_within="1h"),
    pod(container(port=Port(80, publish=80)), access=Access(scheme="postgresql+psycopg", user="me")),
]


@pytest.mark.parametrize("model", VALID)
def test_a_valid_pod_has_no_problem(model: Workload) -> None:
    """What every target can run is not complained about."""
    assert found(model) == []


@pytest.mark.parametrize(
    ("expected", "hosts"),
    [
        (None, {"db.example.org": "10.0.0.1", "cache": "fd00::1"}),
        (None, {"host.docker.internal": "host-gateway"}),
        ("is not a host name", {"db_1": "10.0.0.1"}),
        ("is not a host name", {"": "10.0.0.1"}),
        ("is not an IP address", {"db": "db.example.org"}),
        ("a container of the pod has this name", {"web": "10.0.0.1"}),
    ],
)
def test_extra_hosts_are_names_and_addresses(expected: str | None, hosts: dict[str, str]) -> None:
    """Docker's name for its own machine is an address too; the names of siblings are taken."""
    problems = found(Pod(container(), extra_hosts=hosts))
    assert [problem.what.endswith(expected or "") for problem in problems] == ([True] if expected else [])
    assert {problem.path for problem in problems} <= {f"pods.web.extra_hosts.{name}" for name in hosts}

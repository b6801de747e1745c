"""Right and wrong programs, as mypy sees them: a wrong one that mypy lets pass makes its ``type: ignore`` unused."""

from __future__ import annotations

from typing import assert_type

import pulumi

from polypod import (
    Backend,
    ConfigVolume,
    Container,
    ContainerGroup,
    Finding,
    Gateway,
    GatewayStack,
    Group,
    Mount,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    SidecarPod,
    Template,
    check,
    concat,
)
from polypod.model.quantity import Cpu, Duration, Memory
from polypod.patterns import log_tailer, postgres, redis, wait_for
from polypod.targets import aci, docker, kubernetes
from polypod.targets.base import Target
from polypod.targets.docker.deploy.client import Daemon
from polypod.testing import FakeDaemon

later: pulumi.Output[str] = pulumi.Output.from_input("x")

# What programs write.
main = Container(
    "web",
    image=later,
    command=["a"],
    args=("b", "c"),
    env={"A": "x", "B": 1, "C": 0.5, "D": Secret("x"), "E": later, "F": concat("a", Secret(later), 1)},
    port=80,
    ports=[81, Port(82)],
    mounts=[Mount("/a", ScratchVolume("a", "1Gi")), Mount("/b", SecretVolume("b", {"f": later}))],
    readiness=Probe.http("/", period=1, timeout="500ms"),
    liveness=Probe.tcp(period=None),
    resources=Resources(cpu=0.5, memory="1Gi", cpu_limit="1"),
    restart="never",
)
db = postgres("db", password=later)
pod = Pod(main, sidecars=[log_tailer(Mount("/l", ScratchVolume("l")))], init=(wait_for(db),), depends_on=[db, "cache"])
group = Group("group", peers=[main])
app = Gateway([pod, db, group], routes=[Route("/", pod), Route("/a/", ["web", Backend("db", weight=2), group])])
same = Gateway({"web": pod}, timeout=5, max_body_size="1M")
credentials = RegistryCredentials(server="r.io", username=later, password=later)

# What they get.
assert_type(pod.host, str)
assert_type(pod.url("app"), Template)
assert_type(main.all_ports, tuple[Port, ...])
assert_type(main.resources.cpu, Cpu | None)
assert_type(main.resources.memory, Memory | None)
assert_type(pod.ready_within, Duration)
assert_type(check(app, "docker"), tuple[Finding, ...])
assert_type(GatewayStack("a", app).url, pulumi.Output[str])
assert_type(SidecarPod("b", pod).endpoints, pulumi.Output[dict[str, str]])
assert_type(ContainerGroup("c", group, target="docker").endpoints, pulumi.Output[dict[str, str]])

# The seams.
daemon: Daemon = FakeDaemon()
targets: list[Target] = [aci.TARGET, docker.TARGET, kubernetes.TARGET]

# What mypy says before anything runs.
Container("a")  # type: ignore[call-arg]
Container("a", "a:1")  # type: ignore[call-arg]
Container("a", image="a:1", prot=80)  # type: ignore[call-arg]
Container("a", image="a:1", port="80")  # type: ignore[arg-type]
Container("a", image="a:1", command="sleep 5")  # type: ignore[arg-type]
Container("a", image="a:1", args=[5])  # type: ignore[list-item]
Container("a", image="a:1", args=[Secret("x")])  # type: ignore[list-item]
Container("a", image="a:1", env={"A": None})  # type: ignore[dict-item]
Container("a", image="a:1", mounts=[ScratchVolume("a")])  # type: ignore[list-item]
Container("a", image="a:1", restart="no")  # type: ignore[arg-type]
Container("a", image="a:1", user="root")  # type: ignore[arg-type]
Container("a", image="a:1", readiness="/health")  # type: ignore[arg-type]
Container(later, image="a:1")  # type: ignore[arg-type]
Port(80, protocol="sctp")  # type: ignore[arg-type]
Probe.http("/", timeout=None)  # type: ignore[arg-type]
Probe.http("/", perod=1)  # type: ignore[call-arg]
Pod("a")  # type: ignore[arg-type]
Pod(main, sidecars=main)  # type: ignore[arg-type]
Pod(main, depends_on=[main])  # type: ignore[list-item]
Group(peers=[main])  # type: ignore[call-arg]
Gateway([main])  # type: ignore[list-item]
Route("/", 5)  # type: ignore[arg-type]
Route("/", "a", balance="random")  # type: ignore[arg-type]
ConfigVolume("a")  # type: ignore[call-arg]
Secret(5)  # type: ignore[arg-type]
RegistryCredentials(server="a", username="b", password="c")  # type: ignore[arg-type]
redis("a", size=None, password="x")  # type: ignore[call-arg]
GatewayStack("a", pod)  # type: ignore[arg-type]
SidecarPod("a", group)  # type: ignore[arg-type]
main.name = "b"  # type: ignore[misc]

"""The features that a program can use, and where it uses them."""

from __future__ import annotations

import enum
from typing import Self

from polypod.checks import asked
from polypod.checks.asked import Places
from polypod.checks.codes.programs import gateway, group, mounting, other, pod, web
from polypod.model.build import Build
from polypod.model.probe import Exec, HttpGet, TcpSocket
from polypod.model.volume import (
    READABLE,
    ConfigVolume,
    HostPathVolume,
    PersistentVolume,
    ScratchVolume,
    SecretVolume,
)


class Feature(enum.Enum):
    """Something a program can ask for that a target may have or lack.

    Each row has its code, what it is, where programs ask for it, a program that does, and one that does without; the
    latter where a target falls short.
    """

    code: str
    places: Places
    asks: str
    instead: str

    def __new__(cls, code: str, title: str, places: Places, asks: str, instead: str = "") -> Self:
        """A feature whose value is its title."""
        feature = object.__new__(cls)
        feature._value_ = title
        feature.code, feature.places, feature.asks, feature.instead = code, places, asks, instead
        return feature

    SHARED_NETWORK = (
        "PP201",
        "several containers in one pod, reachable as localhost and by name",
        asked.pod_where(lambda pod, _: len(pod.members) > 1),
        group(web(), other()),
    )
    POD_NAMES = (
        "PP202",
        "pods reachable by name from other pods",
        asked.pod_where(lambda pod, app: pod.ports and len(app.pods) > 1),
        gateway(pods=(pod(main=web("port=80")), pod(main=other()))),
    )
    SCRATCH_VOLUME = ("PP203", "scratch volume", asked.volume(ScratchVolume), mounting('ScratchVolume("data")'))
    SCRATCH_SIZE = (
        "PP204",
        "size of a scratch volume",
        asked.volume(ScratchVolume, "size"),
        mounting('ScratchVolume("data", "1Gi")'),
        mounting('ScratchVolume("data")'),
    )
    CONFIG_VOLUME = (
        "PP205",
        "config files",
        asked.volume(ConfigVolume),
        mounting('ConfigVolume("data", {"a.conf": "b"})'),
    )
    SECRET_VOLUME = (
        "PP206",
        "secret files",
        asked.volume(SecretVolume),
        mounting('SecretVolume("data", {"key": Secret("x")})'),
    )
    FILE_MODE = (
        "PP207",
        "mode of a file",
        asked.file(lambda file: file.mode != READABLE),
        mounting('ConfigVolume("data", {"run.sh": "true"}, mode=0o555)'),
        mounting('ConfigVolume("data", {"run.sh": "true"})'),
    )
    FILE_OWNER = (
        "PP208",
        "owner of a file",
        asked.file(lambda file: (file.user, file.group) != (None, None)),
        mounting('ConfigVolume("data", {"a.conf": File("b", user=101)})'),
        mounting('ConfigVolume("data", {"a.conf": "b"})'),
    )
    SINGLE_FILE = (
        "PP209",
        "a single file next to those of the image",
        asked.mount(lambda mount: mount.sub_path is not None, "sub_path"),
        web('mounts=[Mount("/a.conf", ConfigVolume("data", {"a.conf": "b"}), sub_path="a.conf")]'),
        mounting('ConfigVolume("data", {"a.conf": "b"})'),
    )
    PERSISTENT_VOLUME = (
        "PP210",
        "persistent volume",
        asked.volume(PersistentVolume),
        mounting('PersistentVolume("data")'),
        mounting('ScratchVolume("data")'),
    )
    SHARED_VOLUME = (
        "PP211",
        "persistent volume that several use at once",
        asked.volume(PersistentVolume, "shared"),
        mounting('PersistentVolume("data", shared=True)'),
    )
    PERSISTENT_SIZE = (
        "PP212",
        "size of a persistent volume",
        asked.volume(PersistentVolume, "size"),
        mounting('PersistentVolume("data", "1Gi")'),
        mounting('PersistentVolume("data")'),
    )
    HOST_PATH = (
        "PP213",
        "host path",
        asked.volume(HostPathVolume),
        mounting('HostPathVolume("data", "/srv/data")'),
        mounting('PersistentVolume("data")'),
    )
    SECRET_ENV = (
        "PP214",
        "secret environment variable",
        asked.variable(asked.is_secret),
        web('env={"KEY": Secret("x")}'),
    )
    READINESS = ("PP215", "readiness probe", asked.container("readiness"), web("port=80", 'readiness=Probe.http("/")'))
    LIVENESS = ("PP216", "liveness probe", asked.container("liveness"), web("port=80", 'liveness=Probe.http("/")'))
    STARTUP = (
        "PP217",
        "startup probe",
        asked.container("startup"),
        web("port=80", 'startup=Probe.http("/")'),
        web("port=80", 'liveness=Probe.http("/", initial_delay="1m")'),
    )
    HTTP_PROBE = (
        "PP218",
        "HTTP probe",
        asked.probe(lambda probe: isinstance(probe.action, HttpGet)),
        web("port=80", 'readiness=Probe.http("/")'),
    )
    TCP_PROBE = (
        "PP219",
        "TCP probe",
        asked.probe(lambda probe: isinstance(probe.action, TcpSocket)),
        web("port=80", "readiness=Probe.tcp()"),
        web("port=80", 'readiness=Probe.http("/")'),
    )
    EXEC_PROBE = (
        "PP220",
        "exec probe",
        asked.probe(lambda probe: isinstance(probe.action, Exec)),
        web('readiness=Probe.exec("nginx", "-t")'),
    )
    PROBE_DELAY = (
        "PP221",
        "initial delay of a probe",
        asked.probe(lambda probe: probe.initial_delay is not None, "initial_delay"),
        web("port=80", 'liveness=Probe.http("/", initial_delay="1m")'),
    )
    INIT = ("PP222", "init containers", asked.pod("init"), pod(f"init=[{other()}]"))
    SIDECAR = ("PP223", "sidecars", asked.pod("sidecars"), pod(f"sidecars=[{other()}]"), group(web(), other()))
    REPLICAS = ("PP224", "replicas", asked.pod("replicas", lambda replicas: replicas > 1), pod("replicas=2"))
    AUTOSCALE = (
        "PP225",
        "replicas that follow the load",
        asked.pod("autoscale"),
        pod("autoscale=Autoscale(max_replicas=4)", main=web("resources=Resources(cpu=1)")),
        pod("replicas=4"),
    )
    REPLICA_VOLUME = (
        "PP226",
        "persistent volume of each replica",
        asked.volume(PersistentVolume, "per_replica"),
        mounting('PersistentVolume("data", per_replica=True)'),
    )
    SHARED_PROCESSES = (
        "PP227",
        "processes that containers of a pod share",
        asked.pod("share_processes"),
        pod("share_processes=True"),
        pod(),
    )
    DEPENDS_ON = (
        "PP228",
        "a pod waits for another",
        asked.pod_where(lambda pod, app: app.dependencies[pod.name], "depends_on"),
        gateway(pods=(pod('depends_on=["other"]'), pod(main=other()))),
    )
    CPU = ("PP229", "promised CPU", asked.resource("cpu"), web('resources=Resources(cpu="500m")'))
    CPU_LIMIT = ("PP230", "CPU limit", asked.resource("cpu_limit"), web('resources=Resources(cpu="500m", cpu_limit=1)'))
    MEMORY = ("PP231", "promised memory", asked.resource("memory"), web('resources=Resources(memory="256Mi")'))
    MEMORY_LIMIT = (
        "PP232",
        "memory limit",
        asked.resource("memory_limit"),
        web('resources=Resources(memory="256Mi", memory_limit="1Gi")'),
    )
    RESTART_ALWAYS = (
        "PP233",
        "restart always",
        asked.member("restart", asked.equal("always")),
        web('restart="always"'),
    )
    RESTART_ON_FAILURE = (
        "PP234",
        "restart on failure",
        asked.member("restart", asked.equal("on-failure")),
        web('restart="on-failure"'),
    )
    RESTART_NEVER = ("PP235", "never restart", asked.member("restart", asked.equal("never")), web('restart="never"'))
    LOG_OPTIONS = ("PP236", "log rotation", asked.container("logs"), web())
    REGISTRY = (
        "PP237",
        "registry credentials",
        asked.pod("registries"),
        pod('registries=[RegistryCredentials(server="a.io", username="me", password=Secret("x"))]'),
    )
    BUILD = (
        "PP238",
        "image built from a Dockerfile",
        asked.container("image", lambda image: isinstance(image, Build)),
        'Container("web", image=Build("app"))',
    )
    PUBLISHED_PORT = ("PP239", "published port", asked.port("publish"), web("port=Port(8080, publish=8080)"))
    READ_ONLY_ROOT = (
        "PP240",
        "read-only root file system",
        asked.container("read_only_root"),
        web("read_only_root=True"),
        web(),
    )
    USER = ("PP241", "user and group", asked.container("user", asked.given), web("user=101"), web())
    STOP_FIRST = (
        "PP242",
        "an update stops the old copy first",
        asked.pod("update", asked.equal("stop-first")),
        pod('update="stop-first"'),
    )
    START_FIRST = (
        "PP243",
        "an update starts the new copy first",
        asked.pod("update", asked.equal("start-first")),
        gateway('routes=[Route("/", "web")]', pods=(pod('update="start-first"', main=web("port=80")),)),
        gateway('routes=[Route("/", "web")]', pods=(pod("replicas=2", main=web("port=80")),)),
    )
    SHM_SIZE = (
        "PP244",
        "size of /dev/shm",
        asked.container("shm_size"),
        web('shm_size="1Gi"'),
        web('mounts=[Mount("/dev/shm", ScratchVolume("shm"))]'),
    )
    PRIVILEGE_ESCALATION = (
        "PP245",
        "processes that gain privileges, as sudo does",
        asked.container("allow_privilege_escalation"),
        web("allow_privilege_escalation=True"),
        web(),
    )
    EXTRA_HOSTS = (
        "PP246",
        "extra host names",
        asked.pod("extra_hosts"),
        pod('extra_hosts={"db.example.org": "10.0.0.1"}'),
        web('env={"DATABASE": "10.0.0.1"}'),
    )
    ATTEMPTS = (
        "PP247",
        "attempts of a job",
        asked.pod("attempts", asked.given),
        pod("attempts=3", main=web('restart="never"')),
    )
    GRACE_PERIOD = (
        "PP248",
        "termination grace period",
        asked.pod("termination_grace_period"),
        pod('termination_grace_period="10s"'),
    )
    STOP_SIGNAL = ("PP249", "stop signal", asked.container("stop_signal"), web('stop_signal="SIGQUIT"'), web())
    GATEWAY = ("PP250", "gateway", asked.application("gateway"), gateway())

"""A change of each sort, on an application that shows what it does: the rows of docs/risks.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from polypod.model.application import Application
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.model.gateway import Gateway, Route
from polypod.model.log_options import LogOptions
from polypod.model.pod import Pod
from polypod.model.port import Port
from polypod.model.probe import Probe
from polypod.model.resources import Resources
from polypod.model.value import Secret
from polypod.model.volume import ConfigVolume, Mount, PersistentVolume

_DATA = PersistentVolume("data", "1Gi")


@attrs.frozen(kw_only=True)
class SampleChange:
    """A change of one sort.

    Args:
        title: What changes.
        about: The pod it is about.
        main: The fields of the main container after the change.
        was: Those that are not the usual ones before it.
        pod: The fields of its pod after the change.
        gateway: Those of the gateway.
        without: Whether the pod goes, and others stay.
    """

    title: str
    about: str = "web"
    main: Mapping[str, Any] = attrs.field(factory=dict)
    was: Mapping[str, Any] = attrs.field(factory=dict)
    pod: Mapping[str, Any] = attrs.field(factory=dict)
    gateway: Mapping[str, Any] = attrs.field(factory=dict)
    without: bool = False

    def before(self, replicas: int) -> Application:
        """The application before the change.

        Args:
            replicas: How many copies of the pod run.
        """
        return _application(self.was, {"replicas": replicas}, {})

    def after(self, replicas: int) -> Application:
        """The application after the change.

        Args:
            replicas: How many copies of the pod ran before.
        """
        if self.without:
            app = self.before(replicas)
            gone = [pod for name, pod in app.pods.items() if name != self.about]
            return Application.of(Gateway(gone, routes=[Route("/", "web")]))
        return _application({**self.was, **self.main}, {"replicas": replicas, **self.pod}, self.gateway)


def _application(main: Mapping[str, Any], pod: Mapping[str, Any], gateway: Mapping[str, Any]) -> Application:
    usual: dict[str, Any] = {
        "image": "web:1",
        "port": 80,
        "env": {"MODE": "a"},
        "readiness": Probe.http("/"),
        "resources": Resources("250m", "256Mi"),
    }
    web = Pod(Container("web", **{**usual, **main}), **pod)
    other = Pod(Container("other", image="other:1", port=81))
    return Application.of(Gateway([web, other], **{"routes": [Route("/", other if web.ends else web)], **gateway}))


def _mounted(*volumes: PersistentVolume, path: str = "/data") -> dict[str, Any]:
    return {"mounts": [Mount(path, volume) for volume in volumes]}


def _configured(text: str) -> dict[str, Any]:
    return {"mounts": [Mount("/etc/web", ConfigVolume("conf", {"web.conf": text}))]}


_WITH_DATA = _mounted(_DATA)
_JOB = {"restart": "on-failure", "port": None, "readiness": None}

SAMPLES: tuple[SampleChange, ...] = (
    SampleChange(title="image", main={"image": "web:2"}),
    SampleChange(title="image built from another context", was={"image": Build("a")}, main={"image": Build("b")}),
    SampleChange(title="command, args", main={"command": ["serve"]}),
    SampleChange(title="variable", main={"env": {"MODE": "b"}}),
    SampleChange(title="variable that becomes a secret", main={"env": {"MODE": Secret("a")}}),
    SampleChange(title="variable that refers to another pod", main={"env": {"OTHER": "polypod{other.host}"}}),
    SampleChange(title="file of a config volume", was=_configured("a"), main=_configured("b")),
    SampleChange(title="port of the container", main={"port": 8080}),
    SampleChange(title="a further port", main={"ports": [9090]}),
    SampleChange(title="published port", was={"port": Port(80, publish=80)}, main={"port": Port(80, publish=88)}),
    SampleChange(title="readiness probe", main={"readiness": Probe.http("/ready")}),
    SampleChange(title="liveness probe", main={"liveness": Probe.http("/")}),
    SampleChange(title="startup probe", main={"startup": Probe.http("/")}),
    SampleChange(title="cpu", main={"resources": Resources("2", "256Mi")}),
    SampleChange(title="cpu_limit", main={"resources": Resources("250m", "256Mi", cpu_limit="2")}),
    SampleChange(title="memory", main={"resources": Resources("250m", "2Gi")}),
    SampleChange(title="memory_limit", main={"resources": Resources("250m", "256Mi", memory_limit="2Gi")}),
    SampleChange(title="user, group", main={"user": 1000}),
    SampleChange(title="read_only_root", main={"read_only_root": True}),
    SampleChange(title="working_dir", main={"working_dir": "/srv"}),
    SampleChange(title="logs", main={"logs": LogOptions(max_files=5)}),
    SampleChange(title="shm_size", main={"shm_size": "128Mi"}),
    SampleChange(title="stop_signal", main={"stop_signal": "SIGQUIT"}),
    SampleChange(title="sidecar added", pod={"sidecars": [Container("side", image="side:1")]}),
    SampleChange(title="init container added", pod={"init": [Container("first", image="first:1")]}),
    SampleChange(title="replicas", pod={"replicas": 3}),
    SampleChange(title="depends_on", pod={"depends_on": ["other"]}),
    SampleChange(title="termination_grace_period", pod={"termination_grace_period": "20s"}),
    SampleChange(title="ready_within", pod={"ready_within": "5m"}),
    SampleChange(title="update", pod={"update": "stop-first"}),
    SampleChange(title="extra_hosts", pod={"extra_hosts": {"db.example": "192.0.2.1"}}),
    SampleChange(title="variable of a job", was=_JOB, main={"env": {"MODE": "b"}}),
    SampleChange(title="pod removed", about="other", without=True),
    SampleChange(title="variable, with a persistent volume", was=_WITH_DATA, main={"env": {"MODE": "b"}}),
    SampleChange(title="persistent volume renamed", was=_WITH_DATA, main=_mounted(PersistentVolume("new", "1Gi"))),
    SampleChange(title="persistent volume no longer mounted", was=_WITH_DATA, main={"mounts": []}),
    SampleChange(title="persistent volume mounted elsewhere", was=_WITH_DATA, main=_mounted(_DATA, path="/var/data")),
    SampleChange(title="persistent volume larger", was=_WITH_DATA, main=_mounted(PersistentVolume("data", "2Gi"))),
    SampleChange(title="persistent volume smaller", was=_WITH_DATA, main=_mounted(PersistentVolume("data", "512Mi"))),
    SampleChange(
        title="persistent volume per replica",
        was=_WITH_DATA,
        main=_mounted(PersistentVolume("data", "1Gi", per_replica=True)),
    ),
    SampleChange(title="route", about="gateway", gateway={"routes": [Route("/", "web"), Route("/other/", "other")]}),
    SampleChange(title="timeout or limit of a route", about="gateway", gateway={"timeout": "5m"}),
    SampleChange(title="port of the gateway", about="gateway", gateway={"port": 9000}),
    SampleChange(title="image of the gateway", about="gateway", gateway={"image": "nginx:1.31"}),
)

"""The codes of what can be wrong between the pods of an application, and with what it accepts."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code
from polypod.checks.codes.programs import gateway, other, pod, web

_WEB = pod(main=web("port=80"))


def _shop(*pods: str) -> str:
    """An application of several pods without routes."""
    return gateway(pods=pods)


def _other(*fields: str) -> str:
    return pod(main=other(*fields))


def _waiting(name: str) -> str:
    return pod(f'depends_on=["{name}"]', main=other())


CODES: Sequence[Code] = (
    Code("PP601", "an application without pods", "There is nothing to run.", "Gateway([])", _shop(_WEB)),
    Code(
        "PP602",
        "two pods with the same name",
        "Other pods and routes name a pod by the name of its main container.",
        _shop(_WEB, _WEB),
        _shop(_WEB, _other()),
    ),
    Code(
        "PP603",
        "a pod listed under another name",
        "The key of a pod is the name of its main container.",
        f'Gateway({{"api": {_WEB}}})',
        f'Gateway({{"web": {_WEB}}})',
    ),
    Code(
        "PP604",
        "a pod named gateway",
        "The gateway itself has this name.",
        _shop('Pod(Container("gateway", image="nginx:1.29"))'),
        _shop('Pod(Container("proxy", image="nginx:1.29"))'),
    ),
    Code(
        "PP605",
        "a container that hides a pod",
        "Inside of a pod, the name of a container means that container, so the pod of that name could not be reached.",
        _shop(_WEB, pod(f"sidecars=[{web()}]", main=other())),
        _shop(_WEB, pod('sidecars=[Container("log", image="busybox:1.37")]', main=other())),
    ),
    Code(
        "PP606",
        "not a reference",
        "What stands in polypod{...} is a host or a port of a pod.",
        _shop(_WEB, _other('env={"URL": "http://polypod{web.address}/"}')),
        _shop(_WEB, _other('env={"URL": "http://polypod{web.host}/"}')),
    ),
    Code(
        "PP607",
        "a reference to an unknown pod",
        "The application has no pod of this name, and its own pod no container.",
        _shop(_WEB, _other('env={"URL": "http://polypod{wbe.host}/"}')),
        _shop(_WEB, _other('env={"URL": "http://polypod{web.host}/"}')),
    ),
    Code(
        "PP608",
        "a reference to the port of a pod without one",
        "The container that listens there says so with port=.",
        _shop(pod(), _other('env={"PORT": "polypod{web.port}"}')),
        _shop(_WEB, _other('env={"PORT": "polypod{web.port}"}')),
    ),
    Code(
        "PP609",
        "a reference to an unknown port",
        "The pod has no port of this name.",
        _shop(_WEB, _other('env={"PORT": "polypod{web.port.metrics}"}')),
        _shop(pod(main=web('port=Port(80, name="metrics")')), _other('env={"PORT": "polypod{web.port.metrics}"}')),
    ),
    Code("PP610", "a pod that waits for itself", "It would never start.", pod('depends_on=["web"]'), pod()),
    Code(
        "PP611",
        "a dependency on an unknown pod",
        "The application has no pod of this name.",
        _shop(_WEB, _waiting("wbe")),
        _shop(_WEB, _waiting("web")),
    ),
    Code(
        "PP612",
        "pods that wait for each other",
        "None of them would start. A PodReference refers to a pod without waiting for it.",
        _shop(pod('depends_on=["other"]'), _waiting("web")),
        _shop(pod(), _waiting("web")),
    ),
    Code(
        "PP613",
        "a persistent volume with two sizes",
        "Volumes of one name are one volume.",
        _shop(
            pod(main=web('mounts=[Mount("/data", PersistentVolume("data", "1Gi"))]')),
            _other('mounts=[Mount("/data", PersistentVolume("data", "2Gi"))]'),
        ),
        _shop(
            pod(main=web('mounts=[Mount("/data", PersistentVolume("data", "1Gi"))]')),
            _other('mounts=[Mount("/data", PersistentVolume("data", "1Gi"))]'),
        ),
    ),
    Code(
        "PP614",
        "a per-replica volume that another pod mounts",
        "Which of the volumes that would be is not said.",
        _shop(
            pod(main=web('mounts=[Mount("/data", PersistentVolume("data", per_replica=True))]')),
            _other('mounts=[Mount("/data", PersistentVolume("data", per_replica=True))]'),
        ),
        _shop(
            pod(main=web('mounts=[Mount("/data", PersistentVolume("data", per_replica=True))]')),
            _other('mounts=[Mount("/data", PersistentVolume("other"))]'),
        ),
    ),
    Code(
        "PP640",
        "two components with the same name",
        "The names of all that a component makes start with its own, so each of a stack has another one.",
    ),
    Code(
        "PP650",
        "a finding accepted without a reason",
        "Who reads the program next year needs to know why a loss is none.",
        web('stop_signal="SIGQUIT"', 'accept={"PP249": ""}'),
        web('stop_signal="SIGQUIT"', 'accept={"PP249": "the image ends well by SIGTERM too"}'),
    ),
    Code(
        "PP651",
        "an accepted unknown code",
        "No target that is installed has a finding of this code.",
        web('stop_signal="SIGQUIT"', 'accept={"PP294": "the image ends well by SIGTERM too"}'),
        web('stop_signal="SIGQUIT"', 'accept={"PP249": "the image ends well by SIGTERM too"}'),
    ),
    Code(
        "PP652",
        "an accepted error",
        "Only findings that are degraded can be accepted: with an error, nothing would be deployed.",
        web('accept={"PP115": "the port is right"}'),
        web(),
    ),
    Code(
        "PP653",
        "an accepted code without a finding",
        "No target can have such a finding at this object or below it: the program has changed, or another object was "
        "meant.",
        web('accept={"PP249": "the image ends well by SIGTERM too"}'),
        web('stop_signal="SIGQUIT"', 'accept={"PP249": "the image ends well by SIGTERM too"}'),
    ),
)

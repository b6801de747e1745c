"""Multi-container applications declared once and deployed with Pulumi to Docker, Kubernetes and Azure.

The model (`Container`, `Pod`, `Gateway`, ...) states the application; a component (`GatewayStack`, `SidecarPod`,
`ContainerGroup`) deploys it; `check` says beforehand what a target makes of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from polypod.checks.features import Feature
from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.errors import DeploymentError, ModelError, PolypodError, Problem, RejectedError, UnreadyError
from polypod.model.access import Access
from polypod.model.autoscale import Autoscale
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.model.file import File
from polypod.model.gateway import Backend, Gateway, Route
from polypod.model.log_options import LogOptions
from polypod.model.pod import Group, Pod
from polypod.model.pod_reference import PodReference
from polypod.model.port import Port
from polypod.model.probe import Probe
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.resources import Resources
from polypod.model.suggestions import suggest_keywords
from polypod.model.value import Secret, Template, concat
from polypod.model.volume import ConfigVolume, HostPathVolume, Mount, PersistentVolume, ScratchVolume, SecretVolume
from polypod.targets.check import check

if TYPE_CHECKING:
    from polypod.components import ContainerGroup, GatewayStack, SidecarPod

__all__ = [
    "Access",
    "Autoscale",
    "Backend",
    "Build",
    "ConfigVolume",
    "Container",
    "ContainerGroup",
    "DeploymentError",
    "Feature",
    "File",
    "Finding",
    "Gateway",
    "GatewayStack",
    "Group",
    "HostPathVolume",
    "LogOptions",
    "ModelError",
    "Mount",
    "PersistentVolume",
    "Pod",
    "PodReference",
    "PolypodError",
    "Port",
    "Probe",
    "Problem",
    "RegistryCredentials",
    "RejectedError",
    "Resources",
    "Route",
    "ScratchVolume",
    "Secret",
    "SecretVolume",
    "SidecarPod",
    "Template",
    "UnreadyError",
    "Verdict",
    "check",
    "concat",
]

suggest_keywords(
    Access,
    Autoscale,
    Backend,
    Build,
    ConfigVolume,
    Container,
    File,
    Gateway,
    Group,
    HostPathVolume,
    LogOptions,
    Mount,
    PersistentVolume,
    Pod,
    PodReference,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    SecretVolume,
)

_COMPONENTS = ("ContainerGroup", "GatewayStack", "SidecarPod")


def __getattr__(name: str) -> Any:
    """A component, when it is first used: components need Pulumi, the model, `check` and the command line do not."""
    if name in _COMPONENTS:
        return getattr(import_module("polypod.components"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Multi-container applications declared once and deployed with Pulumi to Docker, Kubernetes and Azure.

The model (`Container`, `Pod`, `Gateway`, ...) states the application; a component (`GatewayStack`, `SidecarPod`,
`ContainerGroup`) deploys it; `check` says beforehand what a target makes of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polypod.checks.features import Feature
    from polypod.checks.findings import Finding
    from polypod.checks.support import Verdict
    from polypod.components import ContainerGroup, GatewayStack, SidecarPod
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
    from polypod.model.value import Secret, Template, concat
    from polypod.model.volume import ConfigVolume, HostPathVolume, Mount, PersistentVolume, ScratchVolume, SecretVolume
    from polypod.targets.check import check

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

_PLACES = {
    "Access": "polypod.model.access",
    "Autoscale": "polypod.model.autoscale",
    "Backend": "polypod.model.gateway",
    "Build": "polypod.model.build",
    "ConfigVolume": "polypod.model.volume",
    "Container": "polypod.model.container",
    "ContainerGroup": "polypod.components",
    "DeploymentError": "polypod.errors",
    "Feature": "polypod.checks.features",
    "File": "polypod.model.file",
    "Finding": "polypod.checks.findings",
    "Gateway": "polypod.model.gateway",
    "GatewayStack": "polypod.components",
    "Group": "polypod.model.pod",
    "HostPathVolume": "polypod.model.volume",
    "LogOptions": "polypod.model.log_options",
    "ModelError": "polypod.errors",
    "Mount": "polypod.model.volume",
    "PersistentVolume": "polypod.model.volume",
    "Pod": "polypod.model.pod",
    "PodReference": "polypod.model.pod_reference",
    "PolypodError": "polypod.errors",
    "Port": "polypod.model.port",
    "Probe": "polypod.model.probe",
    "Problem": "polypod.errors",
    "RegistryCredentials": "polypod.model.registry_credentials",
    "RejectedError": "polypod.errors",
    "Resources": "polypod.model.resources",
    "Route": "polypod.model.gateway",
    "ScratchVolume": "polypod.model.volume",
    "Secret": "polypod.model.value",
    "SecretVolume": "polypod.model.volume",
    "SidecarPod": "polypod.components",
    "Template": "polypod.model.value",
    "UnreadyError": "polypod.errors",
    "Verdict": "polypod.checks.support",
    "check": "polypod.targets.check",
    "concat": "polypod.model.value",
}
"""Where each name is defined, to be imported when it is first used: the command line needs few of them."""

_MODELS = (
    "Access",
    "Autoscale",
    "Backend",
    "Build",
    "ConfigVolume",
    "Container",
    "File",
    "Gateway",
    "Group",
    "HostPathVolume",
    "LogOptions",
    "Mount",
    "PersistentVolume",
    "Pod",
    "PodReference",
    "Port",
    "Probe",
    "RegistryCredentials",
    "Resources",
    "Route",
    "ScratchVolume",
    "SecretVolume",
)
"""The classes that say which keyword argument was meant in place of one that they do not have."""


def __getattr__(name: str) -> Any:
    """A public name, when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PLACES[name]), name)
    if name in _MODELS:
        import_module("polypod.model.suggestions").suggest_keywords(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

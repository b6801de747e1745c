"""The components for programs in other languages.

``python -m polypod.component_provider`` is a Pulumi component provider.

Pulumi infers the schema from the types of ``args``. It knows texts, numbers, lists, mappings and typed mappings, but no
unions, so containers, pods and routes are plain mappings here, with the fields that `polypod.model_from_data`
describes.
"""

from importlib.metadata import version
from typing import Any, Optional, TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host

from polypod import components


class GatewayStackArgs(TypedDict):
    """An application of several pods with one address in front; see `polypod.Gateway`."""

    pods: pulumi.Input[dict[str, Any]]
    routes: pulumi.Input[list[Any]]
    port: Optional[pulumi.Input[int]]  # noqa: UP045 - the inference knows no other form


class SidecarPodArgs(TypedDict):
    """One main container and its helpers; see `polypod.Pod`."""

    main: pulumi.Input[dict[str, Any]]
    sidecars: Optional[pulumi.Input[list[Any]]]  # noqa: UP045
    init: Optional[pulumi.Input[list[Any]]]  # noqa: UP045
    replicas: Optional[pulumi.Input[int]]  # noqa: UP045


class ContainerGroupArgs(TypedDict):
    """Containers of equal rank; see `polypod.Group`."""

    name: pulumi.Input[str]
    peers: pulumi.Input[list[Any]]
    init: Optional[pulumi.Input[list[Any]]]  # noqa: UP045
    replicas: Optional[pulumi.Input[int]]  # noqa: UP045


class GatewayStack(components.GatewayStack):
    """A gateway, the pods behind it and the network between them."""

    def __init__(self, name: str, args: GatewayStackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)


class SidecarPod(components.SidecarPod):
    """One main container and its helpers, which share its network, its volumes and its life."""

    def __init__(self, name: str, args: SidecarPodArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)


class ContainerGroup(components.ContainerGroup):
    """Containers of equal rank that share one network and one life."""

    def __init__(self, name: str, args: ContainerGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)


COMPONENTS: list[type[pulumi.ComponentResource]] = [GatewayStack, SidecarPod, ContainerGroup]

if __name__ == "__main__":
    component_provider_host(COMPONENTS, "polypod", version=version("polypod"))

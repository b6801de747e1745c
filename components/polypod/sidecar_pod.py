"""SidecarPod: one pod with its sidecars and init containers."""

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.component import PolypodComponent
from polypod.model.pod import Pod


class SidecarPod(PolypodComponent):
    """One main container and its helpers, which share its network, its volumes and its life.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The pod, or plain data that describes it (see `polypod.plain`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the pod, before any resource is made.
    """

    def __init__(
        self,
        name: str,
        args: Pod | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("SidecarPod", name, args, Pod, target, opts)
        self.register_outputs({"endpoints": self.endpoints})

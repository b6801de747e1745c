"""ContainerGroup: peers that share one network and one life."""

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.component import PolypodComponent
from polypod.model.pod import Group


class ContainerGroup(PolypodComponent):
    """Containers of equal rank that share one network and one life.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The group, or plain data that describes it (see `polypod.plain`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the group, before any resource is made.
    """

    def __init__(
        self,
        name: str,
        args: Group | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("ContainerGroup", name, args, Group, target, opts)
        self.register_outputs({"endpoints": self.endpoints})

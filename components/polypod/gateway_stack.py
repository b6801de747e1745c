"""GatewayStack: a gateway, the pods behind it and the network between them."""

from collections.abc import Mapping
from typing import Any

import pulumi

from polypod.component import PolypodComponent
from polypod.model.application import GATEWAY
from polypod.model.gateway import Gateway


class GatewayStack(PolypodComponent):
    """An application of several pods with one address in front.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The application, or plain data that describes it (see `polypod.plain`).
        opts: Pulumi's resource options.
        target: The platform; the stack's config ``polypod:target`` by default.

    Raises:
        pulumi.RunError: With everything that is wrong with the application, before any resource is made.
    """

    url: pulumi.Output[str]
    """The address of the gateway, known once everything is ready."""

    def __init__(
        self,
        name: str,
        args: Gateway | Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        target: str | None = None,
    ) -> None:
        super().__init__("GatewayStack", name, args, Gateway, target, opts)
        self.url = self._addresses[GATEWAY]
        self.register_outputs({"url": self.url, "endpoints": self.endpoints})

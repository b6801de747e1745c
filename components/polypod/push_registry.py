"""The registry that targets push built images to, as configured or as made by `polypod.azure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import pulumi


@attrs.frozen(kw_only=True)
class PushRegistry:
    """A registry that built images are pushed to, and the platform's access to it.

    Args:
        server: The host of the registry, such as ``example.azurecr.io``; known only after it was made.
        username: The user name to push with; ``None`` where the Docker client of the machine is logged in already.
        password: The password that belongs to it, a secret.
        nodes_may_pull: Whether the nodes of the platform have a right of their own to pull. Otherwise, pods need the
            login above. A right that was just given can take minutes to be in force: until then a refused pull is no
            failure, as the nodes try again.
    """

    server: pulumi.Input[str]
    username: pulumi.Input[str] | None = None
    password: pulumi.Output[str] | None = attrs.field(default=None, repr=False)
    nodes_may_pull: bool = False

"""What the plugin reports to the engine."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi.provider.experimental.property_value import PropertyValue


class PluginError(Exception):
    """Something the user can do something about; shown without a traceback."""


class NotFoundError(PluginError):
    """There is no such resource."""


class UnhealthyError(PluginError):
    """The resource was made, but it does not work: the engine keeps it and tries again with the next update.

    Args:
        reason: What is wrong.
        resource_id: The resource.
        properties: Its outputs.
        inputs: Its inputs.
    """

    def __init__(
        self,
        reason: str,
        resource_id: str,
        properties: Mapping[str, PropertyValue],
        inputs: Mapping[str, PropertyValue],
    ) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.properties = properties
        self.inputs = inputs

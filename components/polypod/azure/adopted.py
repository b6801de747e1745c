"""Adopt resources that outlive the stack that made them.

Azure's provider refuses to create what is there already ("cannot create already existing resource"), so it is imported.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from polypod.azure.functions import unready

_MISSING = re.compile(r"NotFound|StatusCode=404|status code 404", re.IGNORECASE)


def adopted(
    parent: pulumi.Resource | None,
    resource_id: str | None,
    get: Callable[..., Any],
    arguments: Mapping[str, Any],
    *,
    keeps: bool = True,
    provider: pulumi.ProviderResource | None = None,
) -> pulumi.ResourceOptions:
    """The options of a resource that may be there already.

    What is there is taken as it is, and never changed: its data count for more than its settings.

    Args:
        parent: The component it belongs to, whose provider is asked; ``None`` where it belongs to the stack.
        resource_id: Its ID in Azure Resource Manager; ``None`` where that is not known before it is made.
        get: The function of Azure's provider that looks it up.
        arguments: What the function is asked with.
        keeps: Whether it outlives its stack.
        provider: The provider that is asked; that of the component by default.

    Raises:
        UnreadyError: Azure does not answer.
    """
    options = pulumi.ResourceOptions(parent=parent, provider=provider, retain_on_delete=keeps or None)
    asking = pulumi.InvokeOptions(parent=parent, provider=provider)
    if resource_id is not None and _is_there(get, arguments, asking):
        options.import_ = resource_id
        options.ignore_changes = ["*"]
    return options


def _is_there(get: Callable[..., Any], arguments: Mapping[str, Any], options: pulumi.InvokeOptions) -> bool:
    try:
        get(**arguments, opts=options)
    except Exception as error:  # the engine's errors have no type of their own
        if _MISSING.search(str(error)):
            return False
        raise unready(error) from None
    return True

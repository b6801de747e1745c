"""One limit of Azure Container Instances, and the error by which the service reports it."""

from __future__ import annotations

import attrs


@attrs.frozen
class Limit:
    """One limit of the service.

    Args:
        name: Its name here.
        code: The error code of the refusal.
        message: The message, with places for what was refused.
        source: Where the limit is documented.
        status: The HTTP status of the refusal.
        attested: Whether code and message have been seen in answers of the service.
    """

    name: str
    code: str
    message: str
    source: str
    status: int = 400
    attested: bool = False

"""Values that Azure adds by itself: times and the tenant."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

TENANT = str(uuid.uuid5(uuid.UUID(int=0), "tenantId"))
"""The tenant of the emulator's subscriptions."""


def now() -> str:
    """This moment."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""The tenant of the emulator's subscriptions."""

import uuid

TENANT = str(uuid.uuid5(uuid.UUID(int=0), "tenantId"))
"""The tenant of every subscription."""

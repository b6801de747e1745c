"""Digests of records, by which polypod knows whether a container was made from the program that runs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import attrs

from polypod.targets.docker.records import Container, Volume

_IN_PLACE = ("memory", "memory_reservation", "cpu_shares", "restart", "max_retries")
"""What the provider changes without making another container."""

_NO_MATTER = ("path", "labels")
"""A place in the program, and labels, whose changes the provider sees."""

_HIDDEN = ("value", "key", "scheme")
"""What a secret holds, and what only the program calls something by."""


def revision(record: Container | Volume) -> str:
    """A digest of what a change of replaces a container; without secrets, and what is known only later.

    Args:
        record: A container, or the volume that one fills.
    """
    plain = attrs.asdict(record, filter=_counts)
    for name in (*_IN_PLACE, *_NO_MATTER):
        plain.pop(name, None)
    for port in plain.get("ports", ()):
        del port["path"]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=_unknown).encode()).hexdigest()[:12]


def _counts(attribute: Any, value: Any) -> bool:
    return attribute.name not in _HIDDEN and value is not None


def _unknown(value: object) -> str:
    """What stands for bytes, and for a value known only later."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else ""

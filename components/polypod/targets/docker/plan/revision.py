"""Digests of records, by which polypod knows whether a container was made from the program that runs."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

import attrs

from polypod.targets.docker.plan.records import Container, PublishedPort, Volume

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
    fields = _fields(record)
    for name in (*_IN_PLACE, *_NO_MATTER):
        fields.pop(name, None)
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=_plain).encode()).hexdigest()[:12]


def _plain(value: object) -> Any:
    """A JSON value for one that JSON cannot represent: a digest for bytes, null for a deferred value."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if not attrs.has(type(value)):
        return None
    fields = _fields(value)
    if isinstance(value, PublishedPort):
        del fields["path"]
    return fields


def _fields(value: object) -> dict[str, Any]:
    kind: Any = type(value)
    given = ((name, getattr(value, name)) for name in _names(kind))
    return {name: field for name, field in given if field is not None}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in attrs.fields(kind) if attribute.name not in _HIDDEN)

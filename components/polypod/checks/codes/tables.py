"""The tables of what does not belong to one target."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes import applications, containers, gateways, mounts, platforms, pods, settings
from polypod.checks.codes.code import Code

CODES: Sequence[Code] = (
    *containers.CODES,
    *mounts.CODES,
    *pods.CODES,
    *applications.CODES,
    *gateways.CODES,
    *settings.CODES,
    *platforms.CODES,
)
"""All of them, in the order of the documentation."""

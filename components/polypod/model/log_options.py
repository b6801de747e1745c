"""Limits on how much of a container's output the platform keeps."""

from __future__ import annotations

import attrs

from polypod.model.quantity import Memory, memory


@attrs.frozen(kw_only=True)
class LogOptions:
    """Limits on how much of a container's output the platform keeps.

    Args:
        max_size: Size at which a log file is rotated; 10 MB by default.
        max_files: Files kept; 3 by default.
    """

    max_size: Memory = attrs.field(default=memory("10M"), converter=memory)
    max_files: int = 3

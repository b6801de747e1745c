"""A file of a config or secret volume."""

from __future__ import annotations

import attrs

from polypod.model.value import Value

Content = Value | bytes
"""What a file holds. A text is written in UTF-8, and its references are resolved; bytes are written as they are."""


@attrs.frozen
class File:
    """A file with a mode or an owner of its own.

    Args:
        content: A text, bytes, a secret, or a value known only later.
        mode: Its permission bits, such as ``0o600``; those of the volume by default.
        user: The numeric user it belongs to; root by default.
        group: The numeric group it belongs to; root's by default.
    """

    content: Content
    mode: int | None = attrs.field(default=None, kw_only=True)
    user: int | None = attrs.field(default=None, kw_only=True)
    group: int | None = attrs.field(default=None, kw_only=True)

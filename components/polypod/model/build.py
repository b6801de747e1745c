"""An image that is built from a Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Build:
    """An image that is built from a Dockerfile, and again whenever a file of its context changes.

    Args:
        context: The directory of the build, relative to the project's root directory.
        dockerfile: The Dockerfile, relative to ``context``; ``Dockerfile`` by default.
        args: Values for the Dockerfile's ``ARG`` instructions. They stay readable in the image: no secrets.
        target: The stage to build; the last one by default.
    """

    context: str
    dockerfile: str = attrs.field(default="Dockerfile", kw_only=True)
    args: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    target: str | None = attrs.field(default=None, kw_only=True)

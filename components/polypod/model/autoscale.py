"""A number of copies that follows the load."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Autoscale:
    """A number of copies that follows the load.

    Args:
        min_replicas: The fewest copies; 1 by default.
        max_replicas: The most copies.
        cpu: The average use of the promised CPU to aim at, in percent; 70 by default.
    """

    min_replicas: int = 1
    max_replicas: int
    cpu: int = 70

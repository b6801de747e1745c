"""Parts of a request, and the places in the model that they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Placed:
    """A part of a request.

    Args:
        body: The part.
        places: The place in the model of what is in it, by the path below it; of the part itself by an empty path.
    """

    body: Any
    places: Mapping[str, str]


def listed(parts: Sequence[Placed]) -> Placed:
    """The list of several parts.

    Args:
        parts: The items.
    """
    places = {below(f"[{i}]", path): place for i, part in enumerate(parts) for path, place in part.places.items()}
    return Placed([part.body for part in parts], places)


def below(path: str, further: str) -> str:
    """A path below another one.

    Args:
        path: The other one.
        further: The rest; it may be empty, or begin with an index.
    """
    return f"{path}{further}" if not further or further.startswith("[") else f"{path}.{further}"

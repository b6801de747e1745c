"""The body of a request as JSON, within the bounds that Azure sets."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from polypod_aci_emulator.arm.errors import AzureError, invalid_content

BYTES = 4 * 1024 * 1024
"""The largest body that Azure Resource Manager takes."""
_DEPTH = 64
_LONG = 2**63
_EXPECTED = {dict: "an object", str: "a string", int: "an integer", bool: "a boolean"}
Types = Mapping[str, type]
"""The types of an object's members."""


def parse(content: bytes, media_type: str) -> Any:
    """A body; ``None`` for none.

    Args:
        content: The bytes.
        media_type: The header ``Content-Type``.

    Raises:
        AzureError: It is no JSON, or not within the bounds.
    """
    if not content:
        return None
    kind = media_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        message = f"The content media type '{kind or '<null>'}' is not supported. Only 'application/json' is supported."
        raise AzureError(415, "UnsupportedMediaType", message)
    try:
        body = json.loads(content, parse_constant=_number, parse_float=_number, parse_int=_integer)
        _check(body)
    except (ValueError, RecursionError) as error:
        raise invalid_content(str(error)) from error
    return body


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number of JSON")
    return number


def _integer(text: str) -> int:
    number = int(text)
    if not -_LONG <= number < _LONG:
        raise ValueError(f"JSON integer {text[:40]} is too large or small for an Int64.")
    return number


def _check(body: Any) -> None:
    """Refuse bodies that are nested too deeply, and text that is not Unicode."""
    level = [body]
    for _ in range(_DEPTH):
        parts: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                parts += (*value, *value.values())
            elif isinstance(value, list):
                parts += value
            elif isinstance(value, str):
                value.encode()
        if not parts:
            return
        level = parts
    raise ValueError(f"The reader's MaxDepth of {_DEPTH} has been exceeded.")


def check_body(body: Any) -> dict[str, Any]:
    """A body whose common members have the right types.

    Raises:
        AzureError: One has not.
    """
    if not isinstance(body, dict):
        raise invalid_content("Error converting value: an object is expected. Path ''")
    check_types(body, {"properties": dict, "tags": dict, "location": str})
    tags = body.get("tags") or {}
    check_types(tags, dict.fromkeys(tags, str), "tags.")
    return body


def check_types(values: Mapping[str, Any], types: Types, path: str = "") -> None:
    """Refuse members of the wrong type.

    Raises:
        AzureError: There is one.
    """
    for key, kind in types.items():
        value = values.get(key)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise invalid_content(f"Error converting value: {_EXPECTED[kind]} is expected. Path '{path}{key}'")

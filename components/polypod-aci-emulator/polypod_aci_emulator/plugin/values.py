"""Conversion between the engine's values and plain ones, and the secrets in them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

INPUTS = "__inputs"
"""The output under which the inputs are kept, as the engine shows a provider only outputs when it compares."""


UNKNOWN = PropertyValue(rpc.UNKNOWN)
"""What is known only later, as the engine writes it: the SDK's own class for it cannot be sent."""


def plain(value: PropertyValue) -> Any:
    """A value without its marks; whole numbers as integers."""
    content = value.value
    if isinstance(content, Mapping):
        return {key: plain(item) for key, item in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [plain(item) for item in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content


def marked(value: Any, *, secret: bool = False) -> PropertyValue:
    """A plain value as the engine's."""
    if isinstance(value, Mapping):
        content: Any = {key: marked(item) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        content = [marked(item) for item in value]
    elif isinstance(value, int) and not isinstance(value, bool):
        content = float(value)
    else:
        content = value
    return PropertyValue(content, is_secret=secret)


def is_unknown(value: PropertyValue) -> bool:
    """Whether a part of a value is known only later."""
    content = value.value
    if content == rpc.UNKNOWN:
        return True
    if isinstance(content, Mapping):
        return any(is_unknown(item) for item in content.values())
    if isinstance(content, Sequence) and not isinstance(content, str):
        return any(is_unknown(item) for item in content)
    return False


def has_secret(value: PropertyValue) -> bool:
    """Whether a part of a value is secret."""
    return next(_secrets(value, secret=False), None) is not None


def secret_texts(values: Mapping[str, PropertyValue]) -> set[str]:
    """Every secret text, also decoded where it is base64."""
    texts = set()
    for value in values.values():
        for text in _secrets(value, secret=False):
            texts.add(text)
            try:
                texts.add(base64.b64decode(text, validate=True).decode())
            except (binascii.Error, ValueError):
                continue
    return {text for text in texts if text.strip()}


def _secrets(value: PropertyValue, *, secret: bool) -> Iterator[str]:
    secret = secret or value.is_secret
    content = value.value
    if isinstance(content, Mapping):
        for item in content.values():
            yield from _secrets(item, secret=secret)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for item in content:
            yield from _secrets(item, secret=secret)
    elif secret:
        yield content if isinstance(content, str) else ""


def hide(text: str, secrets: set[str]) -> str:
    """A text without the secrets in it."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def unpacked(state: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """The inputs that a state was made from."""
    kept = state.get(INPUTS)
    return dict(kept.value) if kept is not None and isinstance(kept.value, Mapping) else {}

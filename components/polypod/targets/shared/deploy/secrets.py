"""Values on their way into Pulumi, and the texts among them that no log may show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote

import pulumi

from polypod.model.value import Part, Secret, Template

_TELLING = 4
"""A line of a secret of several lines is hidden by itself from this length on; a lone brace tells nothing."""


def output(template: Template) -> pulumi.Input[str]:
    """A resolved value as an input: secret where a part is, plain where all parts are."""
    parts = [_part(part) for part in template.parts]
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    return pulumi.Output.concat(*parts)


def _part(part: Part) -> Any:
    if isinstance(part, str):
        return part
    value: Any = pulumi.Output.secret(part.value) if isinstance(part, Secret) else part
    return value.apply(str)


async def hidden_values(templates: Iterable[Template]) -> set[str]:
    """The texts that must not show when the logs of containers with the given values do."""
    hidden: set[str] = set()
    for part in (part for template in templates for part in template.parts if not isinstance(part, str)):
        value = pulumi.Output.from_input(_part(part))
        text = await value.future()
        if text and await value.is_secret():
            hidden.update(_shown_forms(text))
    return hidden


def _shown_forms(secret: str) -> Iterator[str]:
    """The forms in which a log may show a secret: verbatim, with or without URL quoting, and each telling line."""
    plain = unquote(secret)
    yield from (secret, plain)
    lines = [line.strip() for line in plain.splitlines()]
    if len(lines) == 1:
        yield quote(plain, safe="")
    yield from (line for line in lines if len(line) >= _TELLING)


def hide(text: str, secrets: Iterable[str]) -> str:
    """A text with every secret in it replaced.

    Args:
        text: The text.
        secrets: What must not show.
    """
    forms = sorted(secrets, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, forms)), "[secret]", text) if forms else text

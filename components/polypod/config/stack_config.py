"""The stack's config: this is the one place that reads it, each key once in a run."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import attrs
import pulumi

from polypod.private_apis import config_keys
from polypod.run_state import once


@attrs.frozen
class StackConfig:
    """The config of a stack, by full keys such as ``polypod:target``."""

    _texts: dict[str, str | None] = attrs.field(factory=dict)

    def text(self, key: str) -> str | None:
        """A value as it stands; ``None`` where there is none."""
        if key not in self._texts:
            namespace, _, name = key.partition(":")
            self._texts[key] = pulumi.Config(namespace).get(name)
        return self._texts[key]

    def value(self, key: str) -> Any:
        """A value, structured where it is; ``None`` where there is none."""
        text = self.text(key)
        try:
            return None if text is None else json.loads(text)
        except ValueError:
            return text

    def keys(self, namespace: str) -> Collection[str]:
        """The names of all keys of a namespace."""
        names = (key.partition(":")[::2] for key in config_keys())
        return {name for space, name in names if space == namespace}


def stack_config() -> StackConfig:
    """The config of the stack that runs."""
    return once(pulumi.runtime.get_root_resource(), "config", StackConfig)

"""YAML that is made to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml


class _Readable(yaml.SafeDumper):
    """Writes texts of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        """What several documents share stands in each."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


def as_yaml(documents: Iterable[Any]) -> str:
    """Documents one after another, in the order of their keys.

    Args:
        documents: The documents.
    """
    return str(yaml.dump_all(documents, Dumper=_Readable, sort_keys=False, width=120, allow_unicode=True))

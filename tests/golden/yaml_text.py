"""YAML that is made to be read: what is short stands on one line, what several lines say stands as they are."""

from __future__ import annotations

from typing import Any

import attrs
import yaml

from polypod import Secret

_LINE = 100
"""How long a list or a mapping may be that stands on one line, without what is in front of it."""

_FIRST = ("warnings", "outputs", "plan", "every", "like", "name", "metadata", "image", "type")
"""What a reader looks for first; the rest follows by the alphabet."""


@attrs.frozen
class Base64:
    """What somebody gets in base64."""

    text: str
    secret: bool = False


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """What is said twice is written twice."""
        del data
        return True


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


def _text(dumper: yaml.SafeDumper, text: str, tag: str = "tag:yaml.org,2002:str") -> yaml.Node:
    return dumper.represent_scalar(tag, text, style="|" if "\n" in text else None)


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    ranks = {name: rank for rank, name in enumerate(_FIRST)}
    ordered = sorted(value.items(), key=lambda item: (ranks.get(item[0], len(ranks)), item[0]))
    return dumper.represent_mapping("tag:yaml.org,2002:map", ordered)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(Secret, lambda dumper, it: _text(dumper, it.value, "!secret"))
_Dumper.add_representer(Base64, lambda dumper, it: _text(dumper, it.text, f"!{'secret-' * it.secret}base64"))
_Loader.add_constructor("!secret", lambda _, node: Secret(node.value))
_Loader.add_constructor("!base64", lambda _, node: Base64(node.value))
_Loader.add_constructor("!secret-base64", lambda _, node: Base64(node.value, secret=True))


def written(value: Any) -> str:
    """A text that says a value.

    Args:
        value: The value.
    """
    node = yaml.representer.SafeRepresenter.represent_data(_Dumper(""), value)
    _lay_out(node)
    return str(yaml.serialize(node, Dumper=_Dumper, width=120, allow_unicode=True))


def read(text: str) -> Any:
    """The value that a text says.

    Args:
        text: What `written` made of it.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with three tags


def _lay_out(node: yaml.Node) -> float:
    """Put on one line what fits; how long that is, endless for what takes several."""
    if isinstance(node, yaml.ScalarNode):
        return float("inf") if "\n" in node.value else len(node.value) + 2
    parts = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
    length = sum(map(_lay_out, parts)) + 2
    node.flow_style = length <= _LINE
    return length if node.flow_style else float("inf")

"""The program of a component as plain data that can be compared, and as the model that targets plan with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from polypod.errors import ModelError
from polypod.model.application import GATEWAY, Application
from polypod.model.gateway import Gateway
from polypod.model.pod import Group, Pod
from polypod.model_from_data import structure


@attrs.frozen
class Program:
    """What a component was given.

    Args:
        pods: The data of each pod by name.
        gateway: The data of the gateway without its pods; ``None`` where there is none.
    """

    pods: Mapping[str, Any]
    gateway: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Program:
        """The program that the ``model`` input of a component describes.

        Args:
            data: The input, as `polypod.model_to_data` writes it.
        """
        data = _comparable(data)
        if isinstance(data.get("pods"), Mapping):
            gateway = {name: value for name, value in data.items() if name != "pods"}
            return cls(data["pods"], gateway)
        return cls({str(data.get("name") or data.get("main", {}).get("name")): data})

    def tree(self) -> dict[str, Any]:
        """The pods, with the gateway among them, as no pod may have its name."""
        return {**self.pods, **({GATEWAY: self.gateway} if self.gateway is not None else {})}

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any]) -> Program:
        """The program of what `tree` returns."""
        return cls({name: pod for name, pod in tree.items() if name != GATEWAY}, tree.get(GATEWAY))

    def application(self) -> Application | None:
        """The application; ``None`` where this version of polypod cannot read it."""
        try:
            if self.gateway is not None:
                return Application.of(structure({**self.gateway, "pods": self.pods}, Gateway))
            (pod,) = self.pods.values()
            return Application.of(structure(pod, Group) if "peers" in pod else structure(pod, Pod))
        except (ModelError, ValueError):
            return None


def _comparable(data: Any) -> Any:
    """Data in which a port is always a mapping, so that one which gets a name or is published stays the same port."""
    if isinstance(data, list):
        return [_comparable(item) for item in data]
    if not isinstance(data, Mapping):
        return data
    found = {name: _comparable(value) for name, value in data.items()}
    if "image" in found and isinstance(found.get("port"), int):
        found["port"] = {"number": found["port"]}
    return found

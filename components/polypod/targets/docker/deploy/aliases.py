"""The parents and aliases of a pod's resources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pulumi

from polypod.targets.docker.plan import records
from polypod.targets.shared.deploy.component_types import KINDS, below_nested, nested, sibling, token


class PodParents:
    """The parents of the resources of pods.

    A pod of a single container stands below the component itself, another one below a nested component of its kind,
    and a pod that is all its component has below that one. Without aliases, what moves would be recreated under the
    name of what is deleted after it.

    Args:
        component: The component.
    """

    def __init__(self, component: pulumi.Resource) -> None:
        self._component = component
        self._urns = {kind: component.urn.apply(partial(_as_kind, kind)) for kind in KINDS}

    def nested(self, pod: records.Pod, name: str) -> pulumi.ComponentResource | None:
        """The component that a pod appears as, if any.

        Args:
            pod: The pod.
            name: The logical name of its copy.
        """
        return nested(pod.kind, name, self._component) if pod.kind else None

    def elsewhere(self, pod: records.Pod, name: str) -> Sequence[pulumi.Alias]:
        """Aliases of a pod's resources for earlier components, kinds or containers.

        Args:
            pod: The pod.
            name: The logical name of its copy.
        """
        if pod.kind is None:
            return below_nested(name, self._urns["GatewayStack"])
        return [pulumi.Alias(parent=urn) for urn in self._urns.values()]


def _as_kind(kind: str, urn: str) -> str:
    """The URN of a component, were it of another kind."""
    return sibling(urn, [token(kind)])

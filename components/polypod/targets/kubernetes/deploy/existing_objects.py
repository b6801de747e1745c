"""The objects that exist in a namespace already, each kind asked for once."""

from __future__ import annotations

from collections.abc import Mapping

from polypod.targets.kubernetes.deploy.client import Cluster, Found, NoAnswerError


class ExistingObjects:
    """The objects of a namespace, by kind and name.

    Args:
        cluster: The cluster to ask.
        namespace: The namespace.
    """

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._listed: dict[tuple[str, frozenset[tuple[str, str]]], Mapping[str, Found]] = {}

    def of(self, kind: str, labels: Mapping[str, str] | None = None) -> Mapping[str, Found]:
        """The objects of a kind by name.

        Args:
            kind: The kind.
            labels: Labels that they have; any by default.
        """
        wanted = frozenset((labels or {}).items())
        if (kind, wanted) not in self._listed:
            self._listed[kind, wanted] = self._found(kind, wanted)
        return self._listed[kind, wanted]

    def _found(self, kind: str, wanted: frozenset[tuple[str, str]]) -> Mapping[str, Found]:
        if not wanted:
            return {found["metadata"]["name"]: found for found in self._cluster.list(kind, self._namespace, {})}
        everything = self.of(kind).items()
        return {name: item for name, item in everything if wanted <= (item["metadata"].get("labels") or {}).items()}

    def may_grow(self, storage_class: str) -> bool:
        """Whether the claims of a storage class may be made larger; if the cluster does not say, it is to be tried.

        Args:
            storage_class: Its name.
        """
        try:
            found = self._cluster.get("StorageClass", "", storage_class)
        except NoAnswerError:
            return True
        return found is None or bool(found.get("allowVolumeExpansion"))

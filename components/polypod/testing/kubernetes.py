"""A Kubernetes cluster that agrees to everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from polypod.targets.kubernetes.deploy.client import NoAnswerError

_FIRST_NODE_PORT = 30000


class FakeCluster:
    """A Kubernetes cluster in which every rollout is complete at once, and every load balancer has an address.

    Args:
        failing: The names of pods of the program whose containers end with exit code 1 again and again instead.
        forbidden: The kinds of objects that the user may not create.
        objects: Objects that are there already.
        logs: What each container wrote, by name.
        refused: What the cluster says, with which HTTP status, of objects that it does not take, by kind and name.

    Attributes:
        changed: What was changed in addition to what the provider does: verb, kind and name, in order.
    """

    def __init__(
        self,
        *,
        failing: Iterable[str] = (),
        forbidden: Iterable[str] = (),
        objects: Iterable[Mapping[str, Any]] = (),
        logs: Mapping[str, str] | None = None,
        refused: Mapping[tuple[str, str], tuple[str, int]] | None = None,
    ) -> None:
        self._failing = frozenset(failing)
        self._forbidden = frozenset(forbidden)
        self._objects = [dict(item) for item in objects]
        self._logs = logs or {}
        self._refused = refused or {}
        self.changed: list[tuple[str, str, str]] = []

    def create(self, logical_name: str, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take note of an object that was made.

        Args:
            logical_name: The name of its resource, from which its own is made where it says none.
            manifest: Its manifest.
        """
        name = manifest["metadata"].get("name", f"{logical_name}-12345678")
        metadata = {**manifest["metadata"], "name": name, "uid": f"uid-of-{name}", "generation": 1}
        found = {**manifest, "metadata": metadata, "status": _status(manifest)}
        if manifest["kind"] == "Service":
            ports = manifest["spec"].get("ports", ())
            numbered = [{**port, "nodePort": _FIRST_NODE_PORT + i} for i, port in enumerate(ports)]
            found["spec"] = {**manifest["spec"], "ports": numbered}
        if name in self._failing and "template" in manifest.get("spec", {}):
            found["status"] = {"observedGeneration": 1}
            self._objects += _crashing(found)
        self._objects.append(found)
        return found

    def get(self, kind: str, namespace: str, name: str) -> Mapping[str, Any] | None:
        """One object, or ``None`` where there is none of that name."""
        found = (item for item in self.list(kind, namespace, {}) if item["metadata"]["name"] == name)
        return next(found, None)

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The objects of a kind with the given labels."""
        if kind == "Node":
            return [{"status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.2"}]}}]
        return [
            item
            for item in self._objects
            if item["kind"] == kind
            and item["metadata"].get("namespace", namespace) == namespace
            and labels.items() <= item["metadata"].get("labels", {}).items()
        ]

    def log(self, namespace: str, pod: str, container: str, lines: int, *, previous: bool) -> str:
        """The last lines of a container's output."""
        del namespace, pod, previous
        return "\n".join(self._logs.get(container, "").splitlines()[-lines:])

    def may(self, verb: str, kind: str, namespace: str) -> bool:
        """Whether the user may do something with objects of a kind."""
        del verb, namespace
        return kind not in self._forbidden

    def patch(self, kind: str, namespace: str, name: str, part: Mapping[str, Any]) -> None:
        """Change a part of an object; the pods of a workload that is stopped are gone at once."""
        self.changed.append(("patch", kind, name))
        found = self.get(kind, namespace, name)
        if found is None:
            raise NoAnswerError("not found", 404)
        stopped = part.get("spec", {}).get("replicas") == 0 or part.get("spec", {}).get("suspend")
        self._replace(found, {**_merged(found, part), **({"status": {"observedGeneration": 1}} if stopped else {})})
        if stopped:
            pods = self.list("Pod", namespace, {"dev.polypod.pod": name})
            self._objects = [item for item in self._objects if item not in pods]

    def apply(self, kind: str, namespace: str, manifest: Mapping[str, Any], *, trial: bool = False) -> None:
        """Own fields of an object, and make it where there is none, or only try that."""
        name = manifest["metadata"]["name"]
        if (kind, name) in self._refused:
            raise NoAnswerError(*self._refused[kind, name])
        if trial:
            return
        self.changed.append(("apply", kind, name))
        found = self.get(kind, namespace, name)
        if found is None:
            self.create(name, manifest)
        else:
            self._replace(found, _merged(found, manifest))

    def delete(self, kind: str, namespace: str, name: str, *, orphan: bool = False) -> None:
        """Delete an object."""
        self.changed.append(("orphan" if orphan else "delete", kind, name))
        found = self.get(kind, namespace, name)
        self._objects = [item for item in self._objects if item is not found]

    def _replace(self, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> None:
        self._objects = [dict(new) if item is old else item for item in self._objects]


def _merged(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a JSON merge patch to an object."""
    found = dict(whole)
    for name, value in part.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, Mapping):
            found[name] = _merged(found.get(name, {}), value)
        else:
            found[name] = value
    return found


def _status(manifest: Mapping[str, Any]) -> dict[str, Any]:
    count = manifest.get("spec", {}).get("replicas", 1)
    replicas = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), count)
    return {
        "observedGeneration": 1,
        **replicas,
        "ready": count,
        "succeeded": manifest.get("spec", {}).get("completions", 1),
        "loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]},
    }


def _crashing(workload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A pod of a workload whose first container keeps exiting, and the ReplicaSet it belongs to."""
    metadata, template = workload["metadata"], workload["spec"]["template"]
    labels = {**template["metadata"]["labels"], "pod-template-hash": "1", "controller-revision-hash": "1"}
    ended = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {
        "name": template["spec"]["containers"][0]["name"],
        "restartCount": 9,
        "state": ended,
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
    }
    shared = {"namespace": metadata["namespace"], "labels": labels}
    annotations = {"deployment.kubernetes.io/revision": "1"}
    return [
        {
            "kind": "Pod",
            "metadata": {**shared, "name": f"{metadata['name']}-1-abcde"},
            "spec": template["spec"],
            "status": {"phase": "Running", "containerStatuses": [status]},
        },
        {"kind": "ReplicaSet", "metadata": {**shared, "name": f"{metadata['name']}-1", "annotations": annotations}},
    ]

"""A plan fitted to claims that exist already: most of a claim and of a claim template can never be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from polypod.errors import Problem
from polypod.model.quantity import memory
from polypod.targets.kubernetes.deploy.client import Found
from polypod.targets.kubernetes.deploy.existing_objects import ExistingObjects
from polypod.targets.kubernetes.plan.names import by_stem, stem
from polypod.targets.kubernetes.plan.records import Manifest, Object, Plan, Pod, Volume

_CLAIM, _OWN = "PersistentVolumeClaim", "StatefulSet"
_FIXED = ("accessModes", "storageClassName")
_SHARED = "ReadWriteMany"


class ExistingClaims:
    """Fits a plan to the claims that are there.

    Args:
        plan: The plan.
        present: What is there.

    Attributes:
        problems: What the program asks for and the claims cannot become.
        warnings: What they stay, though the program asks for something else.
    """

    def __init__(self, plan: Plan, present: ExistingObjects) -> None:
        self._plan = plan
        self._present = present
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def plan(self) -> Plan:
        """The plan, in which nothing of a claim changes that cannot."""
        shared = tuple(self._shared(item) if item.kind == _CLAIM else item for item in self._plan.shared)
        pods = tuple(self._pod(pod) if pod.volumes else pod for pod in self._plan.pods)
        return attrs.evolve(self._plan, shared=shared, pods=pods)

    @cached_property
    def _volumes(self) -> Mapping[str, Volume]:
        """The volumes that are not those of single replicas, as the first pod that mounts them has them."""
        volumes = (volume for pod in self._plan.pods for volume in pod.volumes if not volume.per_replica)
        found: dict[str, Volume] = {}
        for volume in volumes:
            found.setdefault(volume.name, volume)
        return found

    @cached_property
    def _sizes(self) -> Mapping[str, str]:
        """The sizes that the claims of the plan are to have."""
        return {item.name: _size(item.manifest["spec"]) for item in self._plan.shared if item.kind == _CLAIM}

    @cached_property
    def _of_replicas(self) -> Mapping[str, list[str]]:
        return by_stem(self._present.of(_CLAIM))

    def _shared(self, item: Object) -> Object:
        """A claim of several pods or of one, as it stays."""
        live = self._present.of(_CLAIM).get(item.name)
        if live is None:
            return item
        volume = self._volumes[item.name]
        wanted = item.manifest["spec"]
        self._compare(volume, wanted, live)
        fixed = {name: live["spec"][name] for name in _FIXED if name == "accessModes" or _is_applied(live, name)}
        spec = {"resources": wanted["resources"], **fixed, **self._size(volume, wanted, live)}
        return attrs.evolve(item, manifest={**item.manifest, "spec": spec})

    def _pod(self, pod: Pod) -> Pod:
        if pod.kind_of_workload != _OWN:
            return attrs.evolve(pod, grows=dict(self._growing(pod, {})))
        workload = pod.workload_object
        templates = workload.manifest["spec"]["volumeClaimTemplates"]
        live = self._present.of(_OWN).get(pod.name)
        there = {t["metadata"]["name"]: t for t in live["spec"].get("volumeClaimTemplates", ())} if live else {}
        fitted = [self._template(pod, template, there) for template in templates]
        sizes = {template["metadata"]["name"]: _size(template["spec"]) for template in fitted}
        spec = {**workload.manifest["spec"], "volumeClaimTemplates": fitted}
        changed = attrs.evolve(workload, manifest={**workload.manifest, "spec": spec})
        return attrs.evolve(
            pod,
            objects=tuple(changed if item is workload else item for item in pod.objects),
            grows=dict(self._growing(pod, sizes)),
            remade=live is not None and (sizes != {name: _size(t["spec"]) for name, t in there.items()}),
        )

    def _template(self, pod: Pod, template: Manifest, there: Mapping[str, Found]) -> Manifest:
        """A claim template as it is, but for its size."""
        name = template["metadata"]["name"]
        volume = next(volume for volume in pod.volumes if volume.name == name)
        claims = [live for _, live in self._claims_of(pod, name)]
        known = [*claims, *([there[name]] if name in there else [])]
        if not known:
            return template
        wanted, metadata = template["spec"], template["metadata"]
        largest = max(known, key=lambda item: _bytes(_size(item["spec"])))
        storage = next((c["spec"]["storageClassName"] for c in known if "storageClassName" in c["spec"]), None)
        largest = {**largest, "spec": {**largest["spec"], "storageClassName": storage}}
        spec = {**wanted, **self._size(volume, wanted, largest)}
        if name in there:
            self._compare(volume, wanted, there[name])
            spec = {
                "resources": spec["resources"],
                **{f: there[name]["spec"][f] for f in _FIXED if f in there[name]["spec"]},
            }
            metadata = {**metadata, "labels": there[name]["metadata"].get("labels", {})}
        return {**template, "metadata": metadata, "spec": spec}

    def _claims_of(self, pod: Pod, volume: str) -> Iterator[tuple[str, Found]]:
        """The claims of a pod's replicas for a volume."""
        claims = self._present.of(_CLAIM)
        yield from ((name, claims[name]) for name in self._of_replicas.get(stem(volume, pod.name), ()))

    def _growing(self, pod: Pod, templates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The claims of a pod that are smaller than they are to be."""
        for volume in pod.volumes:
            if volume.per_replica:
                found, size = list(self._claims_of(pod, volume.name)), templates.get(volume.name, "")
            else:
                live = self._present.of(_CLAIM).get(volume.name)
                found, size = [(volume.name, live)] if live else [], self._sizes[volume.name]
            for name, live in found:
                capacity = live.get("status", {}).get("capacity", {}).get("storage", size)
                if min(_bytes(_size(live["spec"])), _bytes(capacity)) < _bytes(size):
                    yield name, size

    def _compare(self, volume: Volume, wanted: Manifest, live: Found) -> None:
        """Say what a claim, or what is claimed by a template, stays for good."""
        has, name = live["spec"], live["metadata"]["name"]
        storage = has.get("storageClassName")
        if _SHARED in wanted["accessModes"] and _SHARED not in has["accessModes"]:
            self._keep(
                volume, f"the claim {name!r} stays {has['accessModes'][0]}: only pods of one node can use it at once"
            )
        if storage and wanted.get("storageClassName", storage) != storage:
            self._keep(volume, f"the claim {name!r} stays in the storage class {storage!r}")

    def _size(self, volume: Volume, wanted: Manifest, live: Found) -> dict[str, Any]:
        """The size of a claim: never less than it has."""
        has = live["spec"]
        name, storage = live["metadata"]["name"], has.get("storageClassName")
        more = _bytes(_size(wanted)) - _bytes(_size(has))
        if more == 0 or (more < 0 and not volume.sized):
            return _sized(has)
        if more < 0:
            what = f"the claim {name!r} has {_size(has)} and cannot become smaller"
            self._refuse(volume, what, _size(has))
        elif storage and not self._present.may_grow(storage):
            what = f"the claim {name!r} has {_size(has)}, and its storage class {storage!r} does not let claims grow"
            self._refuse(volume, what, _size(has))
        return _sized(wanted)

    def _keep(self, volume: Volume, what: str) -> None:
        fix = "a volume of another name starts empty, with what you ask for"
        self.warnings.append(str(Problem("PP442", volume.path, what, fix)))

    def _refuse(self, volume: Volume, what: str, size: str) -> None:
        fix = f"write size={size!r}, or mount a volume of another name and copy the data to it"
        problem = Problem("PP439", f"{volume.path}.size", what, fix)
        if problem not in self.problems:
            self.problems.append(problem)


def _is_applied(live: Found, field: str) -> bool:
    """Whether a field of a claim's spec was given by Pulumi, and not by the cluster."""
    managers = live["metadata"].get("managedFields") or ()
    return any(m["operation"] == "Apply" and f"f:{field}" in m["fieldsV1"].get("f:spec", {}) for m in managers)


def _size(spec: Mapping[str, Any]) -> str:
    return str(spec["resources"]["requests"]["storage"])


def _sized(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"resources": {"requests": {"storage": _size(spec)}}}


def _bytes(size: str) -> int:
    return memory(size).amount

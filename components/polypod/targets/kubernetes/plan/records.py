"""Records of a plan for a cluster: manifests, with their metadata.

A leaf of a manifest that is known only while deploying is a `Name`, a `BuiltImage`, a `Template` or `Logins`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Template
from polypod.targets.shared.plan.images import Image

Manifest = Mapping[str, Any]


@attrs.frozen
class Name:
    """The generated name of another object, by the object's key."""

    key: str


@attrs.frozen
class Logins:
    """The logins for private registries, as the text that Kubernetes reads them from."""

    registries: tuple[RegistryCredentials, ...]


@attrs.frozen(kw_only=True)
class Object:
    """A Kubernetes object.

    Args:
        key: Its logical name below the component.
        manifest: Its manifest; without ``metadata.name`` where the name is generated.
        keep: Whether it outlives a destroy.
    """

    key: str
    manifest: Manifest
    keep: bool = False

    @property
    def kind(self) -> str:
        """Its kind, such as ``Deployment``."""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """Its name; empty where it is generated."""
        return str(self.manifest["metadata"].get("name", ""))


@attrs.frozen(kw_only=True)
class Volume:
    """A persistent volume that a pod mounts.

    Args:
        name: Its name.
        path: Its first place in the model.
        sized: Whether the program says how large it is.
        shared: Whether the program says that several may use it at once.
        per_replica: Whether each replica has one of its own.
    """

    name: str
    path: str
    sized: bool
    shared: bool
    per_replica: bool


@attrs.frozen(kw_only=True)
class Address:
    """A published address.

    Args:
        key: What the component calls it.
        scheme: The scheme of its URL.
        service: The name of the Service, or of the Ingress where a ``host`` is given.
        port: The port of the Service.
        ready_seconds: Time in which the cluster must have chosen it.
        host: The host that an Ingress answers for; empty where the cluster says what the address is.
    """

    key: str
    scheme: str
    service: str
    port: int
    ready_seconds: int
    host: str = ""


@attrs.frozen(kw_only=True)
class Pod:
    """Everything that is made for one pod of the program.

    Args:
        name: Its name.
        path: Its place in the model.
        kind: The type of the component it appears as: ``SidecarPod`` or ``ContainerGroup``.
        objects: Its objects, each after those it names; the workload is among them.
        workload: The key of the Deployment, StatefulSet or Job.
        containers: The place in the model of each container.
        waits_for: The names of the pods that must be ready first.
        ready_seconds: Time in which every container must be ready.
        addresses: Its published addresses.
        values: Every value that may hold a secret.
        copies: How many copies run when nothing asks for more.
        volumes: Its persistent volumes.
        grows: The claims that must be made larger, and how large they are to be.
        remade: Whether its workload is there with what cannot be changed, and has to be replaced.
    """

    name: str
    path: str
    kind: str
    objects: tuple[Object, ...]
    workload: str
    containers: Mapping[str, str]
    waits_for: tuple[str, ...]
    ready_seconds: int
    addresses: tuple[Address, ...] = ()
    values: tuple[Template, ...] = ()
    copies: int = 1
    volumes: tuple[Volume, ...] = ()
    grows: Mapping[str, str] = attrs.field(factory=dict)
    remade: bool = False

    @property
    def owns(self) -> tuple[str, ...]:
        """The claims that nobody else may use while it does, but for pods of the same plan."""
        return tuple(volume.name for volume in self.volumes if not volume.per_replica and not volume.shared)

    @property
    def workload_object(self) -> Object:
        """The Deployment, StatefulSet or Job."""
        return next(item for item in self.objects if item.key == self.workload)

    @property
    def kind_of_workload(self) -> str:
        """``Deployment``, ``StatefulSet`` or ``Job``."""
        return self.workload_object.kind


@attrs.frozen(kw_only=True, slots=False)
class Plan:
    """Everything that is to be made for an application.

    Args:
        namespace: The name of its namespace.
        security: The Pod Security level that all its pods keep.
        own_namespace: Whether the stack makes the namespace; otherwise it is there already.
        labels: The labels that all objects of the component have.
        images: The images that are built.
        shared: The objects that belong to no single pod.
        pods: Its pods, each after the pods it waits for.
        nested: Whether each pod is a component of its own, as below a gateway.
        remade: The keys of objects that are there with what cannot be changed, and have to be replaced.
        former: The component that has made an object before, by its key, where it is another one.
    """

    namespace: str
    security: str
    own_namespace: bool
    labels: Mapping[str, str]
    images: tuple[Image, ...]
    shared: tuple[Object, ...]
    pods: tuple[Pod, ...]
    nested: bool = False
    remade: frozenset[str] = frozenset()
    former: Mapping[str, str] = attrs.field(factory=dict)

    @cached_property
    def _by_key(self) -> Mapping[str, Object]:
        return {item.key: item for item in self.objects()}

    @cached_property
    def _by_name(self) -> Mapping[str, Pod]:
        return {pod.name: pod for pod in self.pods}

    def object(self, key: str) -> Object:
        """The object of a key."""
        return self._by_key[key]

    def pod(self, name: str) -> Pod:
        """The pod of a name."""
        return self._by_name[name]

    @cached_property
    def replaced(self) -> frozenset[str]:
        """The keys of all objects that are replaced."""
        return self.remade | {pod.workload for pod in self.pods if pod.remade}

    def objects(self) -> Iterator[Object]:
        """Every object, in the order of creation."""
        yield from self.shared
        for pod in self.pods:
            yield from pod.objects

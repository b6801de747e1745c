"""The translation of an application into Kubernetes objects. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.model.pod import Group, Workload
from polypod.model.quantity import duration
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Deferred, Template
from polypod.model.volume import FileVolume, SecretVolume
from polypod.targets.kubernetes.plan import names, network, records, workloads
from polypod.targets.kubernetes.plan import volumes as storage
from polypod.targets.kubernetes.plan.containers import container_spec, is_plain, secret_key, shm_volume
from polypod.targets.kubernetes.plan.gateway import gateway_pod
from polypod.targets.kubernetes.plan.settings import Settings
from polypod.targets.shared.plan.images import BuiltImage, ImageTable
from polypod.targets.shared.plan.published_ports import Published, is_gateway, published_ports
from polypod.targets.shared.plan.references import concealed, content, resolved

_DRAIN = 2
"""Seconds in which a pod that is about to stop goes on serving, until every node knows that it does not."""

_DRAIN_BEHIND_GATEWAY = 8
"""The same for pods that the gateway resolves: five seconds in which CoreDNS repeats an answer by default, two in which
nginx does, and one for the nodes."""


def render(app: Application, site: Site, chosen: Settings) -> records.Plan:
    """Every Kubernetes object to be made for an application.

    Args:
        app: A valid application.
        site: Where it is deployed.
        chosen: The settings of the target.
    """
    images = ImageTable(site)
    pods = dict(app.pods)
    if app.gateway is not None:
        pods[GATEWAY] = gateway_pod(app.gateway)
    everything = attrs.evolve(app, pods=pods)
    labels = names.component_labels(site)
    order = [*app.start_order(), *([GATEWAY] if app.gateway is not None else [])]
    copies = [_PodManifests(pods[name], everything, site, chosen, images) for name in order]
    return records.Plan(
        namespace=chosen.namespace or names.namespace_name(site),
        security=chosen.pod_security or workloads.security_level(pods),
        own_namespace=chosen.namespace is None,
        labels=labels,
        shared=tuple(_shared(app, site, chosen, labels)),
        pods=tuple([copy.record() for copy in copies]),
        images=images.records(),
        nested=app.gateway is not None,
    )


def _shared(app: Application, site: Site, chosen: Settings, labels: Mapping[str, str]) -> Iterator[records.Object]:
    """What belongs to no single pod."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": names.account_name(site), "labels": dict(labels)},
        "automountServiceAccountToken": False,
    }
    yield records.Object(key="account", manifest=account)
    yield from storage.claim_objects(app, labels, chosen)


@attrs.frozen(slots=False)
class _PodManifests:
    """One pod on its way to Kubernetes."""

    pod: Workload
    app: Application
    site: Site
    settings: Settings
    images: ImageTable

    @property
    def name(self) -> str:
        return self.pod.name

    @cached_property
    def is_gateway(self) -> bool:
        return is_gateway(self.pod, self.app)

    @property
    def path(self) -> str:
        return GATEWAY if self.is_gateway else f"pods.{self.name}"

    @cached_property
    def kind(self) -> str:
        return workloads.kind_of(self.pod)

    @cached_property
    def labels(self) -> dict[str, str]:
        kinds = {"gateway": self.is_gateway, "job": self.kind == "Job", "service": bool(self.pod.ports)}
        role = next((role for role, holds in kinds.items() if holds), "worker")
        return names.pod_labels(self.site, self.name, role)

    @cached_property
    def selects(self) -> dict[str, str]:
        return names.selector(self.site, self.name)

    @property
    def metadata(self) -> dict[str, Any]:
        return {"labels": self.labels}

    @cached_property
    def published(self) -> tuple[Published, ...]:
        return tuple(
            port for path, item in self.pod.members for port in published_ports(self.pod, path, item, self.app)
        )

    @cached_property
    def clients(self) -> list[str]:
        return network.clients(self.name, self.app, GATEWAY)

    @cached_property
    def routed(self) -> bool:
        return GATEWAY in self.clients and self.app.gateway is not None

    @property
    def env_secret(self) -> records.Name:
        return records.Name(f"{self.name}.env")

    def record(self) -> records.Pod:
        """Everything that is made for the pod."""
        objects = (*self.files(), *self.network(), *self.run())
        return records.Pod(
            name=self.name,
            path=self.path,
            kind="ContainerGroup" if isinstance(self.pod, Group) else "SidecarPod",
            objects=objects,
            workload=f"{self.name}.{self.kind.lower()}",
            containers={container.name: f"{self.path}.{path}" for path, container in self.pod.containers},
            waits_for=tuple(self.waits_for()),
            ready_seconds=self.pod.ready_within.seconds,
            addresses=tuple(self.addresses()),
            values=tuple(value for _, value in self.values()),
            copies=self.pod.copies,
            volumes=tuple(storage.records_of(self.path, self.pod)),
        )

    def waits_for(self) -> list[str]:
        gateway = self.app.gateway
        if self.is_gateway and gateway is not None:
            return sorted({backend.pod for route in gateway.routes for backend in route.to})
        return sorted(self.app.dependencies[self.name])

    def resolve(self, value: Any) -> Template:
        return resolved(value, self.pod, self.app)

    def values(self) -> Iterator[tuple[str, Template]]:
        """Every value that may hold a secret: variables by the key they have in the Secret, and files."""
        for _, container in self.pod.containers:
            for name, value in container.env.items():
                yield secret_key(container, name), self.resolve(value)
        for name, volume in storage.volumes_of(self.pod).items():
            if isinstance(volume, FileVolume):
                secret = isinstance(volume, SecretVolume)
                for file, held in self.contents(volume).items():
                    if secret:
                        yield f"{name}/{file}", concealed(held)
                    elif isinstance(held, Template):
                        yield f"{name}/{file}", held

    def contents(self, volume: FileVolume) -> dict[str, Template | bytes]:
        """The content of each file of a volume."""
        return {name: content(file, self.resolve) for name, file in volume.contents.items()}

    def files(self) -> Iterator[records.Object]:
        """The ConfigMaps and Secrets that the containers read."""
        hidden = {key: value for key, value in self.values() if "/" not in key and not is_plain(value)}
        if hidden:
            yield storage.secret_object(self.env_secret.key, hidden, self.metadata)
        for name, volume in sorted(storage.volumes_of(self.pod).items()):
            if isinstance(volume, FileVolume):
                yield storage.files_object(self.files_of(name).key, volume, self.contents(volume), self.metadata)
        if self.logins:
            login = {".dockerconfigjson": records.Logins(self.logins)}
            yield storage.secret_object(self.login_secret.key, login, self.metadata, "kubernetes.io/dockerconfigjson")

    def files_of(self, volume: str) -> records.Name:
        """The ConfigMap or Secret with the files of a volume."""
        return records.Name(f"{self.name}.volume-{volume}")

    @property
    def login_secret(self) -> records.Name:
        return records.Name(f"{self.name}.registries")

    @cached_property
    def logins(self) -> tuple[RegistryCredentials, ...]:
        """The logins for the registries its images come from; its own before that of the stack."""
        stack = () if self.site.registry is None else (self.site.registry,)
        return tuple({login.registry: login for login in (*stack, *self.pod.registries)}.values())

    def network(self) -> Iterator[records.Object]:
        """The Services, the Ingress and the NetworkPolicy."""
        headless = self.name + names.HEADLESS
        ports = self.pod.ports
        admitted = [names.selector(self.site, client) for client in self.clients]
        policy = network.network_policy(self.pod, self.selects, admitted, self.published, self.metadata)
        yield self.object("networkpolicy", policy)
        if not self.is_gateway and (ports or self.clients):
            yield self.object("service", network.service(self.name, ports, self.selects, self.metadata))
        if self.routed or self.kind == "StatefulSet":
            yield self.object("headless", network.headless_service(headless, ports, self.selects, self.metadata))
        if self.published:
            kind = "ClusterIP" if self.ingress else self.settings.gateway_service
            public = network.public_service(self.public, kind, self.published, self.selects, self.metadata)
            yield self.object("public", public)
        if self.ingress is not None:
            port = self.published[0].port.publish or 0
            yield self.object("ingress", network.ingress(self.public, self.ingress, port, self.metadata))

    @property
    def ingress(self) -> Any:
        return self.settings.ingress if self.is_gateway else None

    @property
    def public(self) -> str:
        """The name of the Service of the published ports."""
        return self.name if self.is_gateway else self.name + names.PUBLIC

    def addresses(self) -> Iterator[records.Address]:
        """The published addresses."""
        for published in self.published:
            yield records.Address(
                key=published.key,
                scheme="https" if self.ingress and self.ingress.tls_secret else published.scheme,
                service=self.public,
                port=published.port.publish or 0,
                ready_seconds=duration(self.settings.address_within).seconds,
                host=self.ingress.host if self.ingress else "",
            )

    def run(self) -> Iterator[records.Object]:
        """The workload and what goes with several replicas."""
        pod = self.pod
        volumes = storage.volumes_of(pod)
        mounted = [storage.pod_volume(volume, self.files_of(name)) for name, volume in volumes.items()]
        mounted += [shm_volume(c, c.shm_size) for _, c in pod.containers if c.shm_size is not None]
        drain = (_DRAIN_BEHIND_GATEWAY if self.routed else _DRAIN) if self.kind != "Job" else 0
        more: dict[str, Any] = {}
        if self.logins:
            more["imagePullSecrets"] = [{"name": self.login_secret}]
        # Also with one replica, so that scaling does not roll the one that is there.
        if self.kind != "Job" or pod.replicas > 1:
            more["topologySpreadConstraints"] = workloads.spread(self.selects, self.kind)
        spec = workloads.pod_spec(
            pod,
            {container.name: self.container(path, container, drain) for path, container in pod.containers},
            [volume for volume in mounted if volume is not None],
            names.account_name(self.site),
            drain if pod.ports else 0,
            **more,
        )
        # The template of a Job cannot change without another run: its labels are those that a program cannot change.
        own = {**self.selects, "dev.polypod.pod": self.name} if self.kind == "Job" else self.labels
        template = {"metadata": {"labels": own}, "spec": spec}
        headless = self.name + names.HEADLESS
        claims = storage.templates(pod, self.selects, self.settings)
        workload = workloads.workload(pod, template, self.selects, claims, headless, self.metadata)
        yield self.object(self.kind.lower(), workload)
        for manifest in workloads.for_several(pod, self.selects, self.metadata):
            yield self.object(str(manifest["kind"]).lower(), manifest)

    def container(self, path: str, container: Container, drain: int) -> dict[str, Any]:
        serves = bool(container.all_ports) and not path.startswith(("init", "sidecars"))
        image = self.image(container, f"{self.path}.{path}.image")
        return container_spec(container, image, self.resolve, self.env_secret, drain if serves else 0)

    def image(self, container: Container, path: str) -> object:
        image = container.image
        if isinstance(image, Build):
            return BuiltImage(self.images.key(image, path))
        return Template((image,)) if isinstance(image, Deferred) else self.site.image(image)

    def object(self, kind: str, manifest: records.Manifest) -> records.Object:
        return records.Object(key=f"{self.name}.{kind}", manifest=manifest)

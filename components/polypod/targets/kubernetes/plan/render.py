"""The translation of an application into Kubernetes objects. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.model.pod import Group
from polypod.model.value import Deferred, Template
from polypod.model.volume import FileVolume
from polypod.targets.kubernetes.plan import names, records, workloads
from polypod.targets.kubernetes.plan import volumes as storage
from polypod.targets.kubernetes.plan.containers import container_spec, is_plain, secret_key, shm_volume
from polypod.targets.kubernetes.plan.gateway import gateway_pod
from polypod.targets.kubernetes.plan.network import addresses, network_objects
from polypod.targets.kubernetes.plan.planned_pod import PlannedPod
from polypod.targets.kubernetes.plan.settings import Settings
from polypod.targets.shared.plan.images import BuiltImage, ImageTable

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
    planned = [PlannedPod(pods[name], everything, site, chosen) for name in order]
    return records.Plan(
        namespace=chosen.namespace or names.namespace_name(site),
        security=chosen.pod_security or workloads.security_level(pods),
        own_namespace=chosen.namespace is None,
        labels=labels,
        shared=tuple(_shared(app, site, chosen, labels)),
        pods=tuple([_record(pod, images) for pod in planned]),
        images=images.records(),
        nested=app.gateway is not None,
    )


def _shared(app: Application, site: Site, chosen: Settings, labels: Mapping[str, str]) -> Iterator[records.Object]:
    """The objects that belong to no single pod."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": names.account_name(site), "labels": dict(labels)},
        "automountServiceAccountToken": False,
    }
    yield records.Object(key="account", manifest=account)
    yield from storage.claim_objects(app, labels, chosen)


def _record(planned: PlannedPod, images: ImageTable) -> records.Pod:
    """Everything that is made for a pod."""
    pod = planned.pod
    return records.Pod(
        name=planned.name,
        path=planned.path,
        kind="ContainerGroup" if isinstance(pod, Group) else "SidecarPod",
        objects=(*_files(planned), *network_objects(planned), *_run(planned, images)),
        workload=f"{planned.name}.{planned.kind.lower()}",
        containers={container.name: f"{planned.path}.{path}" for path, container in pod.containers},
        waits_for=tuple(_waits_for(planned)),
        ready_seconds=pod.ready_within.seconds,
        addresses=tuple(addresses(planned)),
        values=tuple(planned.values.may_be_secret()),
        copies=pod.copies,
        volumes=tuple(storage.records_of(planned.path, pod)),
    )


def _waits_for(planned: PlannedPod) -> list[str]:
    gateway = planned.app.gateway
    if planned.is_gateway and gateway is not None:
        return sorted({backend.pod for route in gateway.routes for backend in route.to})
    return sorted(planned.app.dependencies[planned.name])


def _files(planned: PlannedPod) -> Iterator[records.Object]:
    """The ConfigMaps and Secrets that the containers read."""
    hidden = {
        secret_key(container, name): value
        for _, container in planned.pod.containers
        for name, value in planned.values.containers[container.name].env.items()
        if not is_plain(value)
    }
    if hidden:
        yield storage.secret_object(planned.env_secret.key, hidden, planned.metadata)
    files = {**planned.values.files, **planned.values.secret_files}
    for name, volume in sorted(storage.volumes_of(planned.pod).items()):
        if isinstance(volume, FileVolume):
            yield storage.files_object(planned.files_of(name).key, volume, files[name], planned.metadata)
    if planned.logins:
        login = {".dockerconfigjson": records.Logins(planned.logins)}
        kind = "kubernetes.io/dockerconfigjson"
        yield storage.secret_object(planned.login_secret.key, login, planned.metadata, kind)


def _run(planned: PlannedPod, images: ImageTable) -> Iterator[records.Object]:
    """The workload and what goes with several replicas."""
    pod = planned.pod
    # The template of a Job cannot change without another run: its labels are those that a program cannot change.
    own = {**planned.selects, "dev.polypod.pod": planned.name} if planned.kind == "Job" else planned.labels
    template = {"metadata": {"labels": own}, "spec": _pod_spec(planned, images)}
    claims = storage.templates(pod, planned.selects, planned.settings)
    workload = workloads.workload(pod, template, planned.selects, claims, planned.headless, planned.metadata)
    yield planned.object(planned.kind.lower(), workload)
    for manifest in workloads.for_several(pod, planned.selects, planned.metadata):
        yield planned.object(str(manifest["kind"]).lower(), manifest)


def _pod_spec(planned: PlannedPod, images: ImageTable) -> dict[str, Any]:
    pod = planned.pod
    mounted = [storage.pod_volume(item, planned.files_of(name)) for name, item in storage.volumes_of(pod).items()]
    mounted += [shm_volume(c, c.shm_size) for _, c in pod.containers if c.shm_size is not None]
    drain = (_DRAIN_BEHIND_GATEWAY if planned.routed else _DRAIN) if planned.kind != "Job" else 0
    more: dict[str, Any] = {}
    if planned.logins:
        more["imagePullSecrets"] = [{"name": planned.login_secret}]
    # Also with one replica, so that scaling does not roll the one that is there.
    if planned.kind != "Job" or pod.replicas > 1:
        more["topologySpreadConstraints"] = workloads.spread(planned.selects, planned.kind)
    return workloads.pod_spec(
        pod,
        {item.name: _container(planned, path, item, images, drain) for path, item in pod.containers},
        [volume for volume in mounted if volume is not None],
        names.account_name(planned.site),
        drain if pod.ports else 0,
        **more,
    )


def _container(planned: PlannedPod, path: str, container: Container, images: ImageTable, drain: int) -> dict[str, Any]:
    serves = bool(container.all_ports) and not path.startswith(("init", "sidecars"))
    image = _image(planned, container, f"{planned.path}.{path}.image", images)
    values = planned.values.containers[container.name]
    return container_spec(container, image, values, planned.env_secret, drain if serves else 0)


def _image(planned: PlannedPod, container: Container, path: str, images: ImageTable) -> object:
    image = container.image
    if isinstance(image, Build):
        return BuiltImage(images.key(image, path))
    return Template((image,)) if isinstance(image, Deferred) else planned.site.image(image)

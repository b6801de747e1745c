"""The registration of Kubernetes objects with Pulumi."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Any

import pulumi

from polypod.cluster_access import ClusterAccess
from polypod.config.site import Site
from polypod.config.stack_config import stack_config
from polypod.errors import Problem
from polypod.targets.kubernetes.deploy import claim_growth, scaling
from polypod.targets.kubernetes.deploy.addresses import url_of
from polypod.targets.kubernetes.deploy.aliases import of_another_component, of_another_parent
from polypod.targets.kubernetes.deploy.client import Cluster, Kubeconfig, NoAnswerError
from polypod.targets.kubernetes.deploy.connection import connect
from polypod.targets.kubernetes.deploy.fitting import Fitting
from polypod.targets.kubernetes.deploy.handover import Handover
from polypod.targets.kubernetes.deploy.kinds import token_of
from polypod.targets.kubernetes.deploy.location import location_of
from polypod.targets.kubernetes.deploy.namespace import Namespaces
from polypod.targets.kubernetes.deploy.preflight import Fitted, keeps_claims, preflight, preflight_users
from polypod.targets.kubernetes.deploy.preview_messages import outage_hooks
from polypod.targets.kubernetes.deploy.properties import Properties
from polypod.targets.kubernetes.deploy.readiness import Waiter
from polypod.targets.kubernetes.plan import records
from polypod.targets.kubernetes.plan.names import stack_labels
from polypod.targets.shared.deploy.built_images import BuiltImages
from polypod.targets.shared.deploy.component_types import nested
from polypod.targets.shared.deploy.failures import shown
from polypod.targets.shared.deploy.secrets import hidden_values
from polypod.targets.shared.deploy.threads import in_thread
from polypod.targets.shared.deploy.unique_names import Unique, reserve_all
from polypod.targets.shared.deploy.waits import Waits

_AT_ONCE = {"pulumi.com/waitFor": "jsonpath={.metadata.uid}"}
"""Creation is over when the object is there, and deletion when it is gone: the program waits for the rest itself."""

_NEVER = {"pulumi.com/skipAwait": "true"}
"""The same for kinds whose deletion the provider waits for all the same."""

_AWAITS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("Deployment", "StatefulSet", "Job"), _AT_ONCE),
    **dict.fromkeys(("Ingress", "PersistentVolumeClaim", "Service"), _NEVER),
}
_REMADE = "dev.polypod.remade"
"""The annotation of a workload that is replaced, in previews only: what is not known is not tried on the cluster, which
would refuse to change the one that is there."""

_FORCE = {"pulumi.com/patchForce": "true"}
"""What somebody changed by hand, or an earlier stack of the same name left, becomes what the program says."""


def deploy(plan: records.Plan, site: Site, parent: pulumi.Resource) -> dict[str, pulumi.Output[str]]:
    """Register everything in a plan under a component.

    Args:
        plan: The plan.
        site: Where it is deployed.
        parent: The component.

    Returns:
        The published addresses by container, each known once everything is ready.

    Raises:
        UnreadyError: The cluster cannot take the plan; nothing was registered.
        ModelError: Another component of the stack makes something of the same name.
    """
    plugin = version("pulumi_kubernetes")
    reserve_all(_unique(plan, site.component), site.component)
    location = location_of(site, parent)
    images = BuiltImages(plan.images, site, location.registry)
    cluster = None
    if location.provider is None:
        config = stack_config()
        cluster = connect(Kubeconfig(config.text("kubernetes:kubeconfig"), config.text("kubernetes:context")))
        plan = _told(preflight(plan, cluster), parent)
    return _Deployment(plan, site, parent, location, cluster, images, plugin).run()


def _told(fitted: Fitted, parent: pulumi.Resource) -> records.Plan:
    """A plan the cluster can take; the user is told what that makes of data."""
    for line in fitted.warnings:
        pulumi.log.warn(line, parent)
    for line in fitted.messages if pulumi.runtime.is_dry_run() else ():
        pulumi.log.info(line, parent)
    return fitted.plan


def _annotations(item: records.Object, *, remade: bool) -> dict[str, Any]:
    found: dict[str, Any] = {**_FORCE, **_AWAITS.get(item.kind, {})}
    return {**found, _REMADE: _unknown()} if remade and pulumi.runtime.is_dry_run() else found


def _unknown() -> pulumi.Output[str]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    future.set_result(pulumi.UNKNOWN)
    no: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    no.set_result(False)
    return pulumi.Output(set(), future, no, no)


def _unique(plan: records.Plan, component: str) -> Iterator[Unique]:
    """The names that another component of the stack must not have in the same namespace."""
    for item in (item for item in plan.objects() if item.name):
        yield Unique(("kubernetes", plan.namespace, item.kind, item.name), partial(_same_name, component, item))


def _same_name(component: str, item: records.Object, other: str) -> Problem:
    what = f"the component {other!r} makes a {item.kind} of the same name, {item.name!r}"
    fix = "rename one of the two: pods and volumes of one namespace need names of their own"
    return Problem("PP440", f"component {component}", what, fix)


class _Deployment:
    """One plan on its way into Pulumi."""

    def __init__(
        self,
        plan: records.Plan,
        site: Site,
        parent: pulumi.Resource,
        location: ClusterAccess,
        cluster: Cluster | None,
        images: BuiltImages,
        plugin: str,
    ) -> None:
        self.plan = plan
        self.site = site
        self.parent = parent
        self.location = location
        self.provider = location.provider
        self.cluster = cluster
        self.images = images
        self.plugin = plugin
        pulls_late = location.registry is not None and location.registry.nodes_may_pull
        self.waits = Waits.of_stack()
        self.waiter = Waiter(plan.namespace, stack_labels(plan.labels), pulls_late=pulls_late)
        self.handover = Handover(plan)
        self.fitting = Fitting(plan) if cluster is not None else Fitting(plan, self.fitted, self.leading())
        self.ready: dict[str, pulumi.Output[Any]] = {}
        self.objects: dict[str, pulumi.Resource] = {}
        self.shared: list[pulumi.Resource] = []
        self.elsewhere: Sequence[pulumi.Alias] = ()

    def run(self) -> dict[str, pulumi.Output[str]]:
        keeps = keeps_claims(self.plan, self.cluster)
        self.namespace = Namespaces.of_stack().resource(self.plan, self.provider, self.plugin, keeps=keeps)
        self.properties = Properties(self.objects, self.images.register(self.parent))
        for item in self.plan.shared:
            self.shared.append(self.object(item, self.parent))
        for pod in self.plan.pods:
            self.ready[pod.name] = self.pod(pod)
        everything = list(self.ready.values())
        if any(pod.owns for pod in self.plan.pods):
            self.cleared(everything)
        return {address.key: self.address(address, everything) for pod in self.plan.pods for address in pod.addresses}

    def name(self, key: str) -> str:
        return f"{self.site.component}-{key}"

    def pod(self, pod: records.Pod) -> pulumi.Output[Any]:
        """Register the objects of a pod; an output that is known once it is ready."""
        parent = self.parent
        if self.plan.nested:
            parent = nested(pod.kind, self.name(pod.name), self.parent)
        self.elsewhere = of_another_parent(self.parent, self.name(pod.name), nested=self.plan.nested)
        before = self.released(pod, [self.ready[name] for name in pod.waits_for])
        for item in pod.objects:
            if item.key == pod.workload:
                hooks = outage_hooks(self.site.component, pod, self.objects)
                self.object(item, parent, before, self.shared, hooks)
            else:
                self.object(item, parent)
        if isinstance(parent, pulumi.ComponentResource) and parent is not self.parent:
            parent.register_outputs({})
        return self.wait(pod)

    def object(
        self,
        item: records.Object,
        parent: pulumi.Resource,
        before: pulumi.Output[Any] | None = None,
        after: Sequence[pulumi.Resource] = (),
        hooks: pulumi.ResourceHookBinding | None = None,
    ) -> pulumi.Resource:
        """Register an object that is made once the given outputs are known and the given resources are there."""
        manifest, key = item.manifest, item.key
        metadata = {
            **manifest["metadata"],
            "namespace": self.plan.namespace,
            "annotations": self.fitting.of(lambda plan: _annotations(item, remade=key in plan.replaced)),
        }
        properties = {name: self.properties.known(value) for name, value in manifest.items() if name != "spec"}
        if "spec" in manifest:
            properties["spec"] = self.fitting.of(lambda plan: self.properties.known(plan.object(key).manifest["spec"]))
        namespace = self.namespace.resource
        token, former = token_of(manifest["apiVersion"], item.kind), self.plan.former.get(item.key)
        first = [*after, *([namespace] if namespace else [])]
        options = pulumi.ResourceOptions(
            parent=parent,
            provider=self.provider,
            version=self.plugin,
            retain_on_delete=item.keep,
            hooks=hooks,
            deleted_with=None if self.namespace.keeps else namespace,
            aliases=[*self.elsewhere, *(of_another_component(self.parent, former, item.key, token) if former else ())],
            depends_on=first if before is None else before.apply(lambda _: first),
            additional_secret_outputs=["data", "stringData"] if item.kind == "Secret" else None,
        )
        resource = pulumi.CustomResource(token, self.name(item.key), {**properties, "metadata": metadata}, options)
        self.objects[item.key] = resource
        return resource

    def released(self, pod: records.Pod, before: Sequence[pulumi.Output[Any]]) -> pulumi.Output[Any]:
        """Known once the workload of a pod may be made: who it waits for is ready, and what it wants has no owner."""

        async def release(known: Sequence[Any]) -> None:
            if pulumi.runtime.is_dry_run():
                return
            with shown():
                cluster, now = await self.connected(known[0], known[1]), await self.fitting.pod(pod)
                await self.handover.release(cluster, now)
                await scaling.before_update(cluster, self.plan.namespace, now)
                await claim_growth.before_update(cluster, self.plan.namespace, now)

        return pulumi.Output.unsecret(pulumi.Output.all(*self.access(), *before).apply(release))

    def wait(self, pod: records.Pod) -> pulumi.Output[Any]:
        """Known once the rollout of a pod is complete."""

        async def wait(known: Sequence[Any]) -> None:
            if pulumi.runtime.is_dry_run():
                return
            with shown():
                cluster, now = await self.connected(known[0], known[1]), await self.fitting.pod(pod)
                await self.handover.resume(cluster, now)
                await scaling.after_update(cluster, self.plan.namespace, now)
                await claim_growth.roll(cluster, self.plan.namespace, now)
                await self.waits.together(self.waiter.ready(cluster, now, await hidden_values(now.values)))
                await claim_growth.after_update(cluster, self.plan.namespace, now)

        made = [self.objects[item.key].urn for item in pod.objects if item.key != pod.workload]
        workload = self.objects[pod.workload].id  # type: ignore[attr-defined]
        outputs = [*self.access(), workload, *made]
        return pulumi.Output.unsecret(pulumi.Output.all(*outputs).apply(wait))

    def cleared(self, everything: list[pulumi.Output[Any]]) -> pulumi.Output[Any]:
        """Known once nothing is left of updates that were killed, after all that is wanted is ready."""

        async def clear(known: Sequence[Any]) -> None:
            if pulumi.runtime.is_dry_run():
                return
            with suppress(NoAnswerError):  # what is left harms nobody, and the next update tries again
                await self.handover.clear(await self.connected(known[0], known[1]))

        return pulumi.Output.unsecret(pulumi.Output.all(*self.access(), *everything).apply(clear))

    def access(self) -> list[pulumi.Input[Any]]:
        """The kubeconfig and context that the provider was given; ``None`` if the cluster is known already."""
        kubeconfig, context = (getattr(self.provider, field, None) for field in ("kubeconfig", "context"))
        return [self.location.kubeconfig or kubeconfig, context]

    def leading(self) -> list[pulumi.Input[Any]]:
        """The access, where it is told: a provider of another process does not tell where it leads."""
        told = self.location.kubeconfig is not None or hasattr(self.provider, "kubeconfig")
        return self.access() if told else [_unknown(), None]

    async def fitted(self, access: Sequence[str | None] | None) -> records.Plan:
        """The plan as the cluster can take it that an access leads to, or one that is about to be made."""
        if access is None:
            return _told(await in_thread(preflight_users, self.plan), self.parent)
        cluster = await self.connected(*access)
        return _told(await in_thread(preflight, self.plan, cluster), self.parent)

    async def connected(self, kubeconfig: str | None, context: str | None) -> Cluster:
        """The cluster, now that it is there."""
        if self.cluster is None:
            self.cluster = await in_thread(connect, Kubeconfig(kubeconfig, context))
        return self.cluster

    def address(self, address: records.Address, everything: list[pulumi.Output[Any]]) -> pulumi.Output[str]:
        """A published address, known once everything is ready."""

        async def find(known: Sequence[Any]) -> str:
            with shown():
                cluster = await self.connected(known[0], known[1])
                return await url_of(cluster, self.plan.namespace, address, wait=not pulumi.runtime.is_dry_run())

        return pulumi.Output.unsecret(pulumi.Output.all(*self.access(), *everything).apply(find))

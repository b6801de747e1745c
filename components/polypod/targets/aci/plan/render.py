"""The translation of an application into container groups. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY
from polypod.model.build import Build
from polypod.model.container import Container, RestartPolicy
from polypod.model.pod import Pod, Workload
from polypod.model.port import Port
from polypod.model.value import Deferred, Template
from polypod.targets.aci.plan import amounts, records
from polypod.targets.aci.plan.containers import Member
from polypod.targets.aci.plan.grouping import Grouping, Replica
from polypod.targets.aci.plan.logins import logins
from polypod.targets.aci.plan.names import container_name, group_name
from polypod.targets.aci.plan.placed import Placed, below, listed
from polypod.targets.aci.plan.settings import Settings
from polypod.targets.aci.plan.volumes import Mounted, mounted
from polypod.targets.shared.plan.images import BuiltImage, ImageTable
from polypod.targets.shared.plan.published_ports import is_gateway, published_ports
from polypod.targets.shared.plan.references import resolved

_RESTART: Mapping[RestartPolicy, str] = {"always": "Always", "on-failure": "OnFailure", "never": "Never"}
_SCOPE = "ResourceGroupReuse"
"""Azure adds a digest of the resource group to the DNS name: no other's label is in the way, and it stays the same."""


def render(grouping: Grouping) -> records.Plan:
    """Every container group to be made for an application.

    Args:
        grouping: The application, where it is deployed, and which pods share a group.
    """
    images = ImageTable(grouping.site)
    groups = [_Group(grouping, images, key, members) for key, members in grouping.groups.items()]
    made = tuple(group.record() for group in groups)
    shares = {name: share for group in reversed(groups) for name, share in group.shares.items()}
    labels = {group.body["properties"].get("ipAddress", {}).get("dnsNameLabel") for group in made}
    return records.Plan(
        settings=grouping.settings,
        groups=made,
        images=tuple(image for image in images.records() if image.context is not None),
        shares=shares,
        network=bool(grouping.settings.address_space),
        label=grouping.settings.dns_label if grouping.settings.dns_label in labels else "",
        logged=grouping.settings.log_analytics is not None,
    )


@attrs.frozen(slots=False)
class _Group:
    """One container group on its way to Azure."""

    grouping: Grouping
    images: ImageTable
    key: str
    replicas: Sequence[Replica]

    @property
    def site(self) -> Site:
        return self.grouping.site

    @property
    def settings(self) -> Settings:
        return self.grouping.settings

    @property
    def name(self) -> str:
        return group_name(self.site, self.key)

    @cached_property
    def names(self) -> frozenset[str]:
        return self.grouping.names_in(self.key)

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """The names that containers of several pods in the group have."""
        pods: dict[str, set[str]] = {}
        for replica in self.replicas:
            for _, item in replica.pod.containers:
                pods.setdefault(item.name, set()).add(replica.pod.name)
        return frozenset(name for name, owners in pods.items() if len(owners) > 1)

    def path_of(self, pod: Workload) -> str:
        return GATEWAY if is_gateway(pod, self.grouping.app) else f"pods.{pod.name}"

    def record(self) -> records.Group:
        """Everything that is made for the group."""
        request = self.request()
        alone = len(self.replicas) == 1
        return records.Group(
            key=self.key,
            name=self.name,
            path=self.path_of(self.replicas[0].pod) if alone else "program",
            body=request.body,
            places=request.places,
            waits_for=tuple(self.waits_for()),
            ready_seconds=max(replica.pod.ready_within.seconds for replica in self.replicas),
            addresses=tuple(self.addresses()),
            owns={item.share: item.volume for item in self.mounted if item.owned},
            ends=frozenset(self.ends()),
            attempts=max((replica.pod.attempts or 0 for replica in self.replicas), default=0) or None,
            copies=len(self.grouping.keys_of(self.replicas[0].pod.name)),
            follows=self.follows(),
        )

    def ends(self) -> Iterator[str]:
        """The containers whose good end is that of a job: the main one, or every peer."""
        for pod in (replica.pod for replica in self.replicas if replica.pod.ends):
            main = [pod.deciding] if isinstance(pod, Pod) else [container for _, container in pod.members]
            yield from (self.container_name(pod, container) for container in main)

    def follows(self) -> str | None:
        """The replica before it, which is updated first."""
        first = self.replicas[0]
        return self.grouping.keys_of(first.pod.name)[first.number - 1] if first.number else None

    def waits_for(self) -> list[str]:
        """The keys of other groups, in the order of the program."""
        gateway = self.grouping.program.gateway
        before: dict[str, None] = {}
        for replica in self.replicas:
            if is_gateway(replica.pod, self.grouping.app) and gateway is not None:
                before |= dict.fromkeys(backend.pod for route in gateway.routes for backend in route.to)
            else:
                before |= dict.fromkeys(sorted(self.grouping.program.dependencies[replica.pod.name]))
        keys = dict.fromkeys(key for pod in before for key in self.grouping.keys_of(pod))
        return [key for key in keys if key != self.key]

    def request(self) -> Placed:
        """The body of the request, without the location."""
        login = self.settings.identity
        parts = {
            "initContainers": listed([member.init() for member in self.init]),
            "containers": self.containers(),
            "volumes": listed([Placed({"name": i.name, **i.body}, {"": f"{i.place}.volume"}) for i in self.volumes]),
            "ipAddress": self.address(),
            "imageRegistryCredentials": self.logins(),
        }
        properties = {
            "osType": "Linux",
            "restartPolicy": self.restart_policy(),
            "priority": "Spot" if self.names & set(self.settings.spot) else None,
            **{name: part.body for name, part in parts.items()},
            "subnetIds": [{"id": self.settings.subnet or records.SUBNET}] if self.settings.private else [],
            "diagnostics": self.diagnostics(),
        }
        body = {
            "tags": dict(self.settings.tags),
            **({"zones": [self.settings.zone]} if self.settings.zone else {}),
            **({"identity": {"type": "UserAssigned", "userAssignedIdentities": {login: {}}}} if login else {}),
            "properties": {key: value for key, value in properties.items() if value not in (None, [], {})},
        }
        found = ((f"properties.{name}", part.places.items()) for name, part in parts.items())
        return Placed(body, {below(name, path): place for name, places in found for path, place in places})

    def restart_policy(self) -> str:
        """Azure's has no limit: a job that has one is started again by the program."""
        pod = self.replicas[0].pod
        return "Never" if pod.ends and pod.attempts is not None else _RESTART[pod.deciding.restart]

    @cached_property
    def init(self) -> list[Member]:
        """The init containers."""
        return [
            self.member(replica, f"init[{i}]", container)
            for replica in self.replicas
            for i, container in enumerate(replica.pod.init)
        ]

    @cached_property
    def long_running(self) -> list[Member]:
        """The containers that go on running."""
        return [self.member(*member) for member in self.grouping.members_of(self.key)]

    @cached_property
    def mounted(self) -> list[Mounted]:
        """The mounts of the containers."""
        return [item for member in (*self.init, *self.long_running) for item in member.mounted]

    @property
    def volumes(self) -> list[Mounted]:
        """The volumes, each as the first container mounts it."""
        found: dict[str, Mounted] = {}
        for item in self.mounted:
            found.setdefault(item.name, item)
        return list(found.values())

    @property
    def shares(self) -> dict[str, records.Share]:
        """The shares by name, each as the first container mounts it."""
        found: dict[str, records.Share] = {}
        for item in self.mounted:
            if item.share:
                found.setdefault(item.share, item.record)
        return found

    def member(self, replica: Replica, path: str, container: Container) -> Member:
        pod, place = replica.pod, f"{self.path_of(replica.pod)}.{path}"
        resolve = partial(self.resolve, pod)
        return Member(
            name=self.container_name(pod, container),
            path=place,
            container=container,
            image=self.image(container, f"{place}.image"),
            resolve=resolve,
            mounted=list(mounted(self.site.component, pod.name, replica.number, container, place, resolve)),
            ports=[self.place_of_port(pod, path, port) for port, _ in container.listed_ports],
        )

    def containers(self) -> Placed:
        shares = amounts.resources([member.container for member in self.long_running])
        return listed([member.long_running(share) for member, share in zip(self.long_running, shares, strict=True)])

    def container_name(self, pod: Workload, container: Container) -> str:
        """The container's own name, where no other pod in the group has a container of that name."""
        return container_name(pod.name, container.name) if container.name in self.ambiguous else container.name

    def image(self, container: Container, path: str) -> object:
        image = container.image
        if isinstance(image, Build):
            return BuiltImage(self.images.key(image, path))
        return Template((image,)) if isinstance(image, Deferred) else self.site.image(image)

    def resolve(self, pod: Workload, value: Any) -> Template:
        """A value with what references mean to a container of a pod."""
        return resolved(value, pod, self.grouping.app, lambda name: self.host(name, pod))

    def host(self, name: str, pod: Workload) -> str | records.Host:
        if name in self.grouping.groups and is_gateway(pod, self.grouping.app):
            return records.Host(name)
        elsewhere = name in self.grouping.program.pods and name not in self.names
        return records.Host(self.grouping.keys_of(name)[0]) if elsewhere else "localhost"

    def open_ports(self) -> Iterator[tuple[str, Port]]:
        """The ports that are reachable from outside of the group, with their places in the model."""
        for replica in self.replicas:
            pod = replica.pod
            everything = not self.grouping.together and self.grouping.has_clients(pod)
            for path, container in pod.members:
                for place, port in container.listed_ports:
                    if everything or port.publish is not None:
                        yield self.place_of_port(pod, path, place), port

    def place_of_port(self, pod: Workload, path: str, place: str) -> str:
        return "gateway.port" if is_gateway(pod, self.grouping.app) else f"{self.path_of(pod)}.{path}.{place}"

    def address(self) -> Placed:
        ports = list(self.open_ports())
        places = {f"ports[{i}]": path for i, (path, _) in enumerate(ports)}
        listed_ports = [{"port": port.number, "protocol": port.protocol.upper()} for _, port in ports]
        if not ports:
            return Placed(None, {})
        if self.settings.private:
            return Placed({"type": "Private", "ports": listed_ports}, places)
        named = {"dnsNameLabel": self.name, "autoGeneratedDomainNameLabelScope": _SCOPE}
        if self.settings.dns_label and (GATEWAY in self.names or not self.grouping.program.gateway):
            named = {"dnsNameLabel": self.settings.dns_label, "autoGeneratedDomainNameLabelScope": "Unsecure"}
        return Placed({"type": "Public", "ports": listed_ports, **named}, places)

    def addresses(self) -> Iterator[records.Address]:
        for replica in self.replicas:
            for path, container in replica.pod.members:
                for published in published_ports(replica.pod, path, container, self.grouping.app):
                    yield records.Address(key=published.key, scheme=published.scheme, port=published.port.number)

    def logins(self) -> Placed:
        """The logins for the registries that its images come from."""
        pods = {self.path_of(replica.pod): replica.pod for replica in self.replicas}
        return listed([Placed(login, {"": path}) for path, login in logins(pods, self.site, self.settings.identity)])

    def diagnostics(self) -> dict[str, Any]:
        if self.settings.log_analytics is None:
            return {}
        return {"logAnalytics": {"workspaceId": records.WORKSPACE_ID, "workspaceKey": records.WORKSPACE_KEY}}

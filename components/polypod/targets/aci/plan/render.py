"""The translation of an application into container groups. Pure: nothing is asked, nothing is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
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
from polypod.targets.aci.plan.containers import init_container, long_running
from polypod.targets.aci.plan.grouping import Grouping, Replica
from polypod.targets.aci.plan.logins import logins
from polypod.targets.aci.plan.names import container_name, group_name
from polypod.targets.aci.plan.settings import Settings
from polypod.targets.aci.plan.volumes import Volumes
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
    shares = {name: share for group in reversed(groups) for name, share in group.volumes.shares.items()}
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


@attrs.define(slots=False)
class _Group:
    """One container group on its way to Azure."""

    grouping: Grouping
    images: ImageTable
    key: str
    replicas: Sequence[Replica]
    places: dict[str, str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.volumes = Volumes(self.site.component)

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
        body = self.body()
        alone = len(self.replicas) == 1
        return records.Group(
            key=self.key,
            name=self.name,
            path=self.path_of(self.replicas[0].pod) if alone else "program",
            body=body,
            places={**self.places, **self.volumes.places},
            waits_for=tuple(self.waits_for()),
            ready_seconds=max(replica.pod.ready_within.seconds for replica in self.replicas),
            addresses=tuple(self.addresses()),
            owns=self.volumes.owned,
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

    def body(self) -> dict[str, Any]:
        """The request."""
        init = [
            self.common(replica, path, container, f"properties.initContainers[{i}]")
            for i, (replica, path, container) in enumerate(self.init_containers())
        ]
        containers = self.containers()
        address = self.address()
        login = self.settings.identity
        properties = {
            "osType": "Linux",
            "restartPolicy": self.restart_policy(),
            "priority": "Spot" if self.names & set(self.settings.spot) else None,
            "initContainers": init,
            "containers": containers,
            "volumes": self.volumes.bodies(),
            "ipAddress": address,
            "imageRegistryCredentials": self.logins(),
            "subnetIds": [{"id": self.settings.subnet or records.SUBNET}] if self.settings.private else [],
            "diagnostics": self.diagnostics(),
        }
        return {
            "tags": dict(self.settings.tags),
            **({"zones": [self.settings.zone]} if self.settings.zone else {}),
            **({"identity": {"type": "UserAssigned", "userAssignedIdentities": {login: {}}}} if login else {}),
            "properties": {key: value for key, value in properties.items() if value not in (None, [], {})},
        }

    def restart_policy(self) -> str:
        """Azure's has no limit: a job that has one is started again by the program."""
        pod = self.replicas[0].pod
        return "Never" if pod.ends and pod.attempts is not None else _RESTART[pod.deciding.restart]

    def init_containers(self) -> Iterator[tuple[Replica, str, Container]]:
        for replica in self.replicas:
            yield from ((replica, f"init[{i}]", container) for i, container in enumerate(replica.pod.init))

    def common(self, replica: Replica, path: str, container: Container, place: str) -> dict[str, Any]:
        """What init containers and others have in common, with the places of its parts."""
        model = f"{self.path_of(replica.pod)}.{path}"
        self.places[place] = model

        def known(value: Any) -> Template:
            return self.resolve(value, replica.pod)

        mounts = list(self.volumes.mounts(replica.pod.name, replica.number, container, model, known))
        for i, (mount, _) in enumerate(mounts):
            self.places[f"{place}.properties.volumeMounts[{i}]"] = mount
        for i, name in enumerate(container.env):
            self.places[f"{place}.properties.environmentVariables[{i}]"] = f"{model}.env.{name}"
        image = self.image(container, f"{model}.image")
        return init_container(
            self.container_name(replica.pod, container), container, image, known, [body for _, body in mounts]
        )

    def containers(self) -> list[dict[str, Any]]:
        members = self.grouping.members_of(self.key)
        shares = amounts.resources([item for _, _, item in members])
        found = []
        for i, (replica, path, container) in enumerate(members):
            place = f"properties.containers[{i}]"
            body = self.common(replica, path, container, place)
            model = self.places[place]
            self.places[f"{place}.properties.resources"] = f"{model}.resources"
            for field in ("readiness", "liveness"):
                self.places[f"{place}.properties.{field}Probe"] = f"{model}.{field}"
            for j, (port, _) in enumerate(container.listed_ports):
                self.places[f"{place}.properties.ports[{j}]"] = self.place_of_port(replica.pod, path, port)
            found.append(long_running(body, container, shares[i]))
        return found

    def container_name(self, pod: Workload, container: Container) -> str:
        """The container's own name, where no other pod in the group has a container of that name."""
        return container_name(pod.name, container.name) if container.name in self.ambiguous else container.name

    def image(self, container: Container, path: str) -> object:
        image = container.image
        if isinstance(image, Build):
            return BuiltImage(self.images.key(image, path))
        return Template((image,)) if isinstance(image, Deferred) else self.site.image(image)

    def resolve(self, value: Any, pod: Workload) -> Template:
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

    def address(self) -> dict[str, Any] | None:
        ports = list(self.open_ports())
        if not ports:
            return None
        for i, (path, _) in enumerate(ports):
            self.places[f"properties.ipAddress.ports[{i}]"] = path
        listed = [{"port": port.number, "protocol": port.protocol.upper()} for _, port in ports]
        if self.settings.private:
            return {"type": "Private", "ports": listed}
        named = {"dnsNameLabel": self.name, "autoGeneratedDomainNameLabelScope": _SCOPE}
        if self.settings.dns_label and (GATEWAY in self.names or not self.grouping.program.gateway):
            named = {"dnsNameLabel": self.settings.dns_label, "autoGeneratedDomainNameLabelScope": "Unsecure"}
        return {"type": "Public", "ports": listed, **named}

    def addresses(self) -> Iterator[records.Address]:
        for replica in self.replicas:
            for path, container in replica.pod.members:
                for published in published_ports(replica.pod, path, container, self.grouping.app):
                    yield records.Address(key=published.key, scheme=published.scheme, port=published.port.number)

    def logins(self) -> list[dict[str, Any]]:
        """The logins for the registries that its images come from."""
        pods = {self.path_of(replica.pod): replica.pod for replica in self.replicas}
        found = logins(pods, self.site, self.settings.identity)
        self.places |= {f"properties.imageRegistryCredentials[{i}]": path for i, (path, _) in enumerate(found)}
        return [login for _, login in found]

    def diagnostics(self) -> dict[str, Any]:
        if self.settings.log_analytics is None:
            return {}
        return {"logAnalytics": {"workspaceId": records.WORKSPACE_ID, "workspaceKey": records.WORKSPACE_KEY}}

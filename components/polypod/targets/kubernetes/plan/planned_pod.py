"""One pod on its way to Kubernetes: what all of its objects refer to."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.pod import Workload
from polypod.model.registry_credentials import RegistryCredentials
from polypod.targets.kubernetes.plan import names, records, workloads
from polypod.targets.kubernetes.plan.settings import Ingress, Settings
from polypod.targets.kubernetes.plan.values import Values, values_of
from polypod.targets.shared.plan.published_ports import Published, is_gateway, published_ports


def clients(name: str, app: Application) -> list[str]:
    """The pods that may connect to a pod: those that wait for it or refer to it, and the gateway that routes to it.

    Args:
        name: The pod they connect to.
        app: The application.
    """
    return sorted({*app.clients[name], *([GATEWAY] if name in app.routed else [])})


@attrs.frozen(slots=False)
class PlannedPod:
    """A pod and what its objects have in common.

    Args:
        pod: The pod.
        app: The application, with the gateway's own pod.
        site: Where it is deployed.
        settings: The stack's config of the target.
    """

    pod: Workload
    app: Application
    site: Site
    settings: Settings

    @property
    def name(self) -> str:
        """Its name."""
        return self.pod.name

    @cached_property
    def is_gateway(self) -> bool:
        """Whether it is the gateway's own pod."""
        return is_gateway(self.pod, self.app)

    @property
    def path(self) -> str:
        """Its place in the model."""
        return GATEWAY if self.is_gateway else f"pods.{self.name}"

    @cached_property
    def kind(self) -> str:
        """The kind of object that runs it."""
        return workloads.kind_of(self.pod)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The labels of its objects."""
        kinds = {"gateway": self.is_gateway, "job": self.kind == "Job", "service": bool(self.pod.ports)}
        role = next((role for role, holds in kinds.items() if holds), "worker")
        return names.pod_labels(self.site, self.name, role)

    @cached_property
    def selects(self) -> dict[str, str]:
        """The labels that only its pods have."""
        return names.selector(self.site, self.name)

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of its objects, without a name."""
        return {"labels": self.labels}

    @cached_property
    def values(self) -> Values:
        """The values in it."""
        return values_of(self.pod, self.app)

    @cached_property
    def published(self) -> tuple[Published, ...]:
        """Its published ports."""
        return tuple(
            port for path, item in self.pod.members for port in published_ports(self.pod, path, item, self.app)
        )

    @cached_property
    def clients(self) -> list[str]:
        """The pods that may connect to it."""
        return clients(self.name, self.app)

    @cached_property
    def routed(self) -> bool:
        """Whether the gateway has a route to it."""
        return GATEWAY in self.clients and self.app.gateway is not None

    @property
    def ingress(self) -> Ingress | None:
        """The Ingress in front of it."""
        return self.settings.ingress if self.is_gateway else None

    @cached_property
    def logins(self) -> tuple[RegistryCredentials, ...]:
        """The logins for the registries its images come from; its own before that of the stack."""
        stack = () if self.site.registry is None else (self.site.registry,)
        return tuple({login.registry: login for login in (*stack, *self.pod.registries)}.values())

    @property
    def headless(self) -> str:
        """The name of the Service that resolves to its replicas."""
        return self.name + names.HEADLESS

    @property
    def public(self) -> str:
        """The name of the Service of its published ports."""
        return self.name if self.is_gateway else self.name + names.PUBLIC

    @property
    def env_secret(self) -> records.Name:
        """The Secret with its secret environment variables."""
        return records.Name(f"{self.name}.env")

    @property
    def login_secret(self) -> records.Name:
        """The Secret with its logins."""
        return records.Name(f"{self.name}.registries")

    def files_of(self, volume: str) -> records.Name:
        """The ConfigMap or Secret with the files of a volume.

        Args:
            volume: The name of the volume.
        """
        return records.Name(f"{self.name}.volume-{volume}")

    def object(self, kind: str, manifest: records.Manifest) -> records.Object:
        """An object of the pod.

        Args:
            kind: What its logical name says that it is.
            manifest: Its manifest.
        """
        return records.Object(key=f"{self.name}.{kind}", manifest=manifest)

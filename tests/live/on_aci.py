"""A stack on the emulator of Azure Container Instances."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import docker
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ResourceNotFoundError
from azure.core.pipeline.policies import AzureKeyCredentialPolicy
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient
from docker.models.containers import Container

from polypod_aci_emulator import endpoint
from polypod_aci_emulator.server import serve

from .deployment import Deployment, engine_home
from .on_docker import remove_images, shell

_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


class Emulator:
    """An emulator with a state of its own, and a folder with its plugin for Pulumi.

    Args:
        state: The folder of its state.
        home: A new folder for the plugin, which gets those for Docker and Kubernetes too.
    """

    def __init__(self, state: Path, home: Path) -> None:
        self.state = state
        self.environment = {"POLYPOD_ACI_STATE": str(state), "PULUMI_HOME": str(engine_home(home))}

    def polypod(self, command: str) -> None:
        """Run a ``polypod aci`` command."""
        subprocess.run(
            [sys.executable, "-m", "polypod.cli", "aci", command],
            env={**os.environ, **self.environment},
            check=True,
            capture_output=True,
            timeout=120,
        )

    def client(self, kind: type) -> Any:
        """One of Azure's official clients."""
        found = endpoint.endpoint(self.state)
        credential = AzureKeyCredential(found.token)
        policy = AzureKeyCredentialPolicy(credential, "Authorization", prefix="Bearer")
        return kind(credential, _SUBSCRIPTION, base_url=found.url, authentication_policy=policy)


class AciDeployment(Deployment):
    """A stack in resource groups of its own."""

    target = "aci"
    names_resolve = False

    def __init__(self, project: Path, stack: str, state: Path, emulator: Emulator, daemon: docker.DockerClient) -> None:
        super().__init__(project, stack, state)
        self.daemon = daemon
        self.emulator = emulator
        self.environment |= emulator.environment

    def platform_config(self) -> dict[str, Any]:
        """The config that leads the stack to the emulator."""
        return {
            "polypod:target": self.target,
            "polypod:aci": {},
            "polypod:azure": {"location": "westeurope"},
        }

    def set(self, key: str, value: Any) -> None:
        """Set a config value; the emulator stays in those of the target."""
        super().set(key, {**value, "emulator": True} if key == "polypod:aci" else value)

    @cached_property
    def host(self) -> Any:
        """What the emulator knows the daemon by."""
        return serve.host(self.emulator.state)

    def resource_groups(self) -> list[str]:
        """The names of the stack's resource groups."""
        with self.emulator.client(ResourceManagementClient) as client:
            names = [str(group.name) for group in client.resource_groups.list()]
        return [name for name in names if f"-{self.stack}-" in f"{name}-"]

    def groups(self, pod: str = "") -> dict[str, str]:
        """The IDs of the stack's container groups, or of a pod's, by name."""
        with self.emulator.client(ContainerInstanceManagementClient) as client:
            found = [
                group
                for resource_group in self.resource_groups()
                for group in client.container_groups.list_by_resource_group(resource_group)
            ]
        named = {str(group.name): str(group.id) for group in found}
        return {name: named[name] for name in sorted(named) if not pod or re.search(rf"(^|-){pod}-\d+$", name)}

    def containers(self, pod: str, container: str = "") -> Iterator[Container]:
        """The containers of that name in every copy of a pod; its main ones by default."""
        for group in self.groups(pod).values():
            found = {name: item for name, item in self.host.containers(group.lower()).items() if name}
            name = container or (pod if pod in found else min(found))
            if name in found:
                yield self.daemon.containers.get(found[name].id)

    def copies(self, pod: str) -> list[str]:
        """The ids of the running copies of a pod, oldest first."""
        return [str(item.id) for item in self.containers(pod) if item.status == "running"]

    def shell(self, pod: str, container: str, command: str) -> str:
        """What a shell command prints inside a container of a pod's first copy."""
        return shell(next(self.containers(pod, container)), command)

    def log(self, pod: str, container: str) -> str:
        """What a container wrote to its standard output, in all copies of its pod, running or not."""
        return "".join(item.logs(stderr=False).decode() for item in self.containers(pod, container))

    def stop(self, pod: str) -> None:
        """Stop all copies of a pod, behind Pulumi's back."""
        with self.emulator.client(ContainerInstanceManagementClient) as client:
            for name, group in self.groups(pod).items():
                place = (group.split("/")[4], name)
                client.container_groups.stop(*place)
                deadline = time.monotonic() + 30
                while client.container_groups.get(*place).instance_view.state != "Stopped":
                    assert time.monotonic() < deadline, f"{name} does not stop"
                    time.sleep(0.2)

    def accounts(self, share: str) -> list[str]:
        """The names of the stack's storage accounts with a share of a name."""
        with self.emulator.client(StorageManagementClient) as client:
            return [
                str(account.name)
                for group in self.resource_groups()
                for account in client.storage_accounts.list_by_resource_group(group)
                if share in {item.name for item in client.file_shares.list(group, account.name)}
            ]

    def left_over(self) -> dict[str, list[str]]:
        """The names of everything in the stack's resource groups."""
        with self.emulator.client(StorageManagementClient) as client:
            accounts = [
                (group, str(account.name))
                for group in self.resource_groups()
                for account in client.storage_accounts.list_by_resource_group(group)
            ]
            shares = [str(share.name) for where in accounts for share in client.file_shares.list(*where)]
        return {
            "resource groups": self.resource_groups(),
            "container groups": list(self.groups()),
            "storage accounts": [name for _, name in accounts],
            "shares": shares,
        }

    def remove_everything(self) -> None:
        """Remove the resource groups, with all that is in them; that of the data last, as groups mount it."""
        with self.emulator.client(ResourceManagementClient) as client:
            for name in sorted(self.resource_groups(), reverse=True):
                try:
                    client.resource_groups.begin_delete(name).result()
                except ResourceNotFoundError:
                    continue
        remove_images(self.daemon, self.stack)

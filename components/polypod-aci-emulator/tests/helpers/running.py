"""An emulator that serves on a port of its own, and Azure's official clients for it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import docker
import uvicorn
from azure.core.credentials import AzureKeyCredential
from azure.core.pipeline.policies import AzureKeyCredentialPolicy
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient

from helpers.bodies import SUBSCRIPTION
from polypod_aci_emulator.docker.host import DockerHost
from polypod_aci_emulator.emulator import Emulator, Quotas
from polypod_aci_emulator.server.app import create_app
from polypod_aci_emulator.server.serve import owner_image


class Running:
    """An emulator that serves on a port of its own, and Azure's official clients for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instance = uuid.uuid4().hex[:8]
        self.start()

    def start(self) -> None:
        """Serve, from what the folder holds."""
        host = DockerHost(self.instance, owner_image(), grace=2)
        self.emulator = Emulator(self.folder, host, Quotas(groups=20, cores=40))
        self.emulator.adopt()
        self._server = uvicorn.Server(
            uvicorn.Config(create_app(self.emulator), port=0, log_level="warning", ws="websockets-sansio")
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        token = AzureKeyCredential(self.emulator.token)
        self.common: dict[str, Any] = {
            "credential": _NoCredential(),
            "subscription_id": SUBSCRIPTION,
            "base_url": self.url,
            "authentication_policy": AzureKeyCredentialPolicy(token, "Authorization", prefix="Bearer"),
            "retry_total": 0,
        }
        self.aci = ContainerInstanceManagementClient(**self.common)
        self.resources = ResourceManagementClient(**self.common)
        self.storage = StorageManagementClient(**self.common)
        self.registries = ContainerRegistryManagementClient(**self.common)

    def put(self, path: str, body: object, version: str) -> Any:
        """Make a resource through the client that knows none in particular; its document."""
        return self.resources.resources.begin_create_or_update_by_id(path, body, api_version=version).result()

    def delete(self, path: str, version: str) -> None:
        """Remove a resource."""
        self.resources.resources.begin_delete_by_id(path, api_version=version).result()

    def stop(self) -> None:
        """Stop serving; containers go on running."""
        for client in (self.aci, self.resources, self.storage, self.registries):
            client.close()
        self._server.should_exit = True
        self._thread.join()
        self.emulator.close()

    def containers(self) -> dict[str, docker.models.containers.Container]:
        """Every container the emulator made, by its name in its group."""
        host = self.emulator.host
        found = host.client.containers.list(all=True, filters={"label": f"dev.polypod.emulator={self.instance}"})
        return {item.labels.get("dev.polypod.emulator.container", "filler"): item for item in found}


class _NoCredential:
    def get_token(self, *_: str, **__: object) -> None:
        raise AssertionError("the token comes from the policy")


def polypod_aci(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the emulator's command line to its end, with its state in a folder."""
    command = [sys.executable, "-m", "polypod_aci_emulator", *arguments, "--state", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

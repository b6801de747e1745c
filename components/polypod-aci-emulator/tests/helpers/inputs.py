"""Inputs of azure-native's resources."""

from __future__ import annotations

from typing import Any


def group_inputs(**more: Any) -> dict[str, Any]:
    """A container group's."""
    return {
        "resourceGroupName": "rg",
        "containerGroupName": "web",
        "location": "westeurope",
        "osType": "Linux",
        "containers": [
            {
                "name": "web",
                "image": "nginx:1.29",
                "ports": [{"port": 80}],
                "resources": {"requests": {"cpu": 1, "memoryInGB": 1.5}},
                "environmentVariables": [{"name": "A", "secureValue": "s"}],
                "readinessProbe": {"httpGet": {"port": 80, "path": "/"}, "periodSeconds": 1},
                "livenessProbe": {"exec": {"command": ["true"]}},
                "volumeMounts": [{"name": "scratch", "mountPath": "/a"}],
            }
        ],
        "initContainers": [{"name": "first", "image": "busybox:1.37", "command": ["true"]}],
        "volumes": [{"name": "scratch", "emptyDir": {}}],
        "ipAddress": {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}], "dnsNameLabel": "front"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/x"]},
        "tags": {"a": "1"},
        **more,
    }

"""The Pod Security level ``restricted``, on every pod that is rendered.

The rules are those of https://kubernetes.io/docs/concepts/security/pod-security-standards/, baseline and restricted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from polypod import HostPathVolume, Mount
from polypod.model.application import Application
from polypod.targets.kubernetes import TARGET
from tests.golden.programs import PROJECTS, ran
from tests.programs import web
from tests.targets.kubernetes.manifests import objects, plan, text

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}


def violations(pod: Mapping[str, Any]) -> Iterator[str]:
    """What in a pod's spec leaves the level restricted."""
    security = pod.get("securityContext", {})
    yield from (name for name in ("hostNetwork", "hostPID", "hostIPC") if pod.get(name))
    yield from (f"sysctl {item['name']}" for item in security.get("sysctls", ()) if item["name"] not in SYSCTLS)
    for volume in pod.get("volumes", ()):
        yield from (f"volume {kind}" for kind in set(volume) - {"name"} - VOLUMES)
    for container in [*pod.get("initContainers", ()), *pod["containers"]]:
        own = {**security, **container.get("securityContext", {})}
        capabilities = own.get("capabilities", {})
        checks = {
            "privileged": own.get("privileged", False) is False,
            "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
            "capabilities.drop": "ALL" in capabilities.get("drop", ()),
            "capabilities.add": set(capabilities.get("add", ())) <= {"NET_BIND_SERVICE"},
            "runAsNonRoot": own.get("runAsNonRoot") is True,
            "runAsUser": own.get("runAsUser") != 0,
            "seccompProfile": own.get("seccompProfile", {}).get("type") in ("RuntimeDefault", "Localhost"),
            "procMount": own.get("procMount", "Default") == "Default",
            "hostPort": not any("hostPort" in port for port in container.get("ports", ())),
            "seLinuxOptions": "seLinuxOptions" not in own,
            "appArmorProfile": "appArmorProfile" not in own,
        }
        yield from (f"{container['name']} {name}" for name, holds in checks.items() if not holds)


def pods(manifests: Iterator[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The specs of the pods that manifests run, by the name of the workload."""
    return {
        item["metadata"]["name"]: item["spec"]["template"]["spec"]
        for item in manifests
        if "template" in item.get("spec", {})
    }


@pytest.mark.parametrize("example", sorted(PROJECTS))
def test_every_program_of_this_repository_is_restricted(example: str) -> None:
    """And its namespace enforces just that."""
    with ran(example, "kubernetes") as program:
        found = TARGET.draft(Application.of(program.model), program.site).plan
        assert found.security == "restricted"
        specs = pods(text(item.manifest) for item in found.objects())
        assert len(specs) == len(found.pods)
        assert {name: list(violations(spec)) for name, spec in specs.items()} == {name: [] for name in specs}
        enforced = program.engine[found.namespace].inputs["metadata"]["labels"]
        assert enforced["pod-security.kubernetes.io/enforce"] == "restricted"


def test_what_leaves_the_level_is_seen() -> None:
    """So that the test above can fail."""
    root = web(user=0, mounts=[Mount("/a", HostPathVolume("a", "/a"))])
    (spec,) = pods(iter(objects(root).values())).values()
    assert set(violations(spec)) == {"volume hostPath", "web capabilities.drop", "web runAsNonRoot", "web runAsUser"}
    assert plan(root).security == "privileged"

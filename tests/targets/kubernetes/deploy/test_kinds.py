"""Objects are registered as plain resources, which import fast: their fields must be those of the provider's SDK."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

from polypod import *
from polypod.patterns import postgres
from polypod.targets.kubernetes.deploy.kinds import KINDS
from tests.programs import container
from tests.targets.kubernetes.manifests import plan, text
from tests.targets.sdk import fields_of_resource, unknown

pytestmark = pytest.mark.xdist_group("kubernetes-sdk")  # one worker imports Pulumi's SDK for Kubernetes, not each

EVERYTHING = Gateway(
    [
        Pod(
            container(
                "web",
                command=["a"],
                args=["b"],
                env={"A": "b", "B": Secret("c")},
                port=Port(80, publish=81, name="http"),
                mounts=[
                    Mount("/a", ScratchVolume("a", "1Gi")),
                    Mount("/b", ConfigVolume("b", {"f": ""})),
                    Mount("/c", SecretVolume("c", {"f": ""})),
                    Mount("/d", HostPathVolume("d", "/d")),
                    Mount("/e", PersistentVolume("e"), read_only=True),
                ],
                readiness=Probe.http("/", initial_delay=1),
                liveness=Probe.tcp(),
                startup=Probe.exec("a"),
                resources=Resources("1", "1Gi"),
                user=1,
                group=2,
                working_dir="/",
            ),
            init=[container("init")],
            sidecars=[container("helper")],
            registries=[RegistryCredentials(server="a.io", username="a", password=Secret("b"))],
            share_processes=True,
        ),
        Pod(container("scaled", resources=Resources("1")), autoscale=Autoscale(min_replicas=2, max_replicas=3)),
        Pod(container("own", mounts=[Mount("/o", PersistentVolume("o", per_replica=True))]), replicas=2),
        Group("job", peers=[container("once", restart="never")]),
        postgres("db", password="x"),
    ],
    routes=[Route("/", "web")],
)


def known_fields(manifest: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields of a manifest's own class."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    name = group.partition(".")[0] or "core"
    return fields_of_resource(getattr(importlib.import_module(f"pulumi_kubernetes.{name}.{version}"), manifest["kind"]))


MANIFESTS = {item.key: text(item.manifest) for item in plan(EVERYTHING, settings={"ingress": {"host": "a"}}).objects()}


def test_every_kind_is_looked_at() -> None:
    """Those that are only read are not registered; the namespace has no field but its metadata."""
    only_read = {"Event", "Namespace", "Node", "Pod", "ReplicaSet", "StorageClass"}
    assert {manifest["kind"] for manifest in MANIFESTS.values()} == set(KINDS) - only_read


@pytest.mark.parametrize("key", sorted(MANIFESTS))
def test_every_field_is_one_of_the_sdks(key: str) -> None:
    """A misspelt one would be dropped by the API server, or refused."""
    manifest = MANIFESTS[key]
    known = known_fields(manifest)
    found = [field for name, value in manifest.items() for field in unknown(name, value, known[name])]
    assert found == []


def test_a_misspelt_field_is_seen() -> None:
    """So that the test above can fail."""
    known = known_fields(MANIFESTS["web.deployment"])
    spec = {"template": {"spec": {"containers": [{"name": "a", "imagePullPolicie": "x"}]}}}
    assert list(unknown("spec", spec, known["spec"])) == ["spec.template.spec.containers[0].imagePullPolicie"]

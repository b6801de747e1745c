"""What only a cluster can show of manifests: its own strict checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from polypod import Autoscale, Pod
from polypod.model.application import Application
from polypod.targets.kubernetes import TARGET
from tests.golden.programs import PROJECTS, ran
from tests.programs import container, gateway
from tests.targets.kubernetes.manifests import as_text, plan

from .api import Api


@pytest.mark.parametrize("example", sorted(PROJECTS))
def test_the_server_takes_every_object_as_it_is(example: str, namespace: str) -> None:
    """No field it does not know, nothing above the level `restricted`, and no warning."""
    with ran(example, "kubernetes") as program:
        drafted = TARGET.draft(Application.of(program.model), program.site).plan
    strictly_taken(list(as_text(drafted)), namespace)


def test_the_server_takes_what_is_made_on_request(namespace: str) -> None:
    """An Ingress with a certificate, an autoscaler."""
    busy = Pod(container(port=80, user=1000), autoscale=Autoscale(max_replicas=3))
    settings = {"ingress": {"host": "a.example.com", "className": "nginx", "tlsSecret": "cert"}}
    manifests = list(as_text(plan(gateway(busy), settings=settings)))
    assert {"Ingress", "HorizontalPodAutoscaler"} <= {item["kind"] for item in manifests}
    strictly_taken(manifests, namespace)


def strictly_taken(manifests: Iterable[dict[str, Any]], namespace: str) -> None:
    """Have the server check manifests as if they were made, and the pods of their templates."""
    assert manifests
    strictly: Any = {"namespace": namespace, "query_params": [("dryRun", "All"), ("fieldValidation", "Strict")]}
    with Api() as api:
        for manifest in manifests:
            manifest["metadata"]["namespace"] = namespace
            kind = api.resources.get(api_version=manifest["apiVersion"], kind=manifest["kind"])
            kind.create(body=manifest, **strictly)
            if "template" in manifest.get("spec", {}):
                pod = {"apiVersion": "v1", "kind": "Pod", **manifest["spec"]["template"]}
                pod["metadata"] = {**pod["metadata"], "name": "pod", "namespace": namespace}
                pod["spec"] = {**pod["spec"], "serviceAccountName": "default"}
                api["Pod"].create(body=pod, **strictly)

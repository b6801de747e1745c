"""The stack's config of the target."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import ModelError
from polypod.targets.kubernetes.plan.settings import Ingress, Settings, settings

WHERE = "config polypod:kubernetes"
KEYS = "addressWithin, gatewayService, ingress, namespace, podSecurity, sharedStorageClass, storageClass"


def test_nothing_is_needed() -> None:
    """The defaults are those of most clusters."""
    assert settings({}) == Settings(gateway_service="LoadBalancer")


def test_every_key_is_read() -> None:
    """In the words of Kubernetes."""
    data = {
        "namespace": "apps",
        "gatewayService": "NodePort",
        "addressWithin": "90s",
        "storageClass": "fast.v1",
        "sharedStorageClass": "files",
        "podSecurity": "baseline",
        "ingress": {"host": "a.example.com", "className": "nginx", "tlsSecret": "cert"},
    }
    assert settings(data) == Settings(
        namespace="apps",
        gateway_service="NodePort",
        address_within="90s",
        storage_class="fast.v1",
        shared_storage_class="files",
        pod_security="baseline",
        ingress=Ingress(host="a.example.com", class_name="nginx", tls_secret="cert"),
    )


@pytest.mark.parametrize(
    ("path", "what", "fix", "data"),
    [
        ("", "a mapping is expected, not a list", f"write a mapping with {KEYS}", []),
        (
            ".ingress",
            "a mapping is expected, not a str",
            "write a mapping with className, host, tlsSecret",
            {"ingress": "a.com"},
        ),
        (".ingress.host", "the key is missing", "write a host name", {"ingress": {"className": "a"}}),
        (".ingress.class", "unknown key", "did you mean 'className'?", {"ingress": {"host": "a", "class": "a"}}),
        (".nameSpace", "unknown key", "did you mean 'namespace'?", {"nameSpace": "a"}),
        (".x", "unknown key", f"use one of {KEYS}", {"x": 1}),
        (
            ".gatewayService",
            "'nodeport' is not one of LoadBalancer, NodePort, ClusterIP",
            "write one of LoadBalancer, NodePort, ClusterIP",
            {"gatewayService": "nodeport"},
        ),
        (
            ".namespace",
            "'A_b' is not a name of lower-case letters, digits and hyphens",
            "write a name of lower-case letters, digits and hyphens",
            {"namespace": "A_b"},
        ),
        (
            ".addressWithin",
            "'soon' is not a time such as '30s' or '5m'",
            "write a time such as '30s' or '5m'",
            {"addressWithin": "soon"},
        ),
        (".ingress.host", "5 is not a host name", "write a host name", {"ingress": {"host": 5}}),
    ],
)
def test_what_is_wrong_is_reported_with_its_path_and_a_fix(path: str, what: str, fix: str, data: Any) -> None:
    """A misspelt key would be dropped in silence otherwise."""
    with pytest.raises(ModelError) as caught:
        settings(data)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what, problem.fix) == (WHERE + path, what, fix)


def test_all_problems_are_reported_together() -> None:
    """Those of the Ingress too."""
    with pytest.raises(ModelError) as caught:
        settings({"a": 1, "namespace": 2, "ingress": {"b": 3}})
    assert [problem.path.removeprefix(WHERE) for problem in caught.value.problems] == [
        ".a",
        ".namespace",
        ".ingress.b",
        ".ingress.host",
    ]

"""Containers, as a pod's manifest has them."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Build, Container, Gateway, Mount, Pod, Port, Probe, Resources, ScratchVolume, Secret, concat
from polypod.patterns import postgres
from tests.programs import Later, container, web
from tests.targets.kubernetes.manifests import objects, only, template

TIMING = {"periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 3}


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({"image": "web:1", "imagePullPolicy": "IfNotPresent"}, {}),
        ({"command": ["a"], "args": ["b"]}, {"command": ["a"], "args": ["b"]}),
        ({"workingDir": "/srv"}, {"working_dir": "/srv"}),
        ({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "x"}]}, {"env": {"A": 1, "B": "x"}}),
        (
            {
                "ports": [
                    {"containerPort": 80, "protocol": "TCP"},
                    {"containerPort": 53, "protocol": "UDP", "name": "dns"},
                ]
            },
            {"port": 80, "ports": [Port(53, protocol="udp", name="dns")]},
        ),
        (
            {
                "resources": {
                    "requests": {"cpu": "250m", "memory": "64Mi"},
                    "limits": {"cpu": "1000m", "memory": "1000000000"},
                }
            },
            {"resources": Resources("250m", "64Mi", cpu_limit=1, memory_limit="1G")},
        ),
        (
            {"volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": True}]},
            {"mounts": [Mount("/a", ScratchVolume("a"), read_only=True)]},
        ),
        (
            {
                "readinessProbe": {
                    "httpGet": {"path": "/h", "port": 80},
                    "periodSeconds": 2,
                    "timeoutSeconds": 2,
                    "failureThreshold": 3,
                }
            },
            {"port": 80, "readiness": Probe.http("/h")},
        ),
        (
            {
                "livenessProbe": {
                    "tcpSocket": {"port": 9},
                    "periodSeconds": 1,
                    "timeoutSeconds": 3,
                    "failureThreshold": 9,
                }
            },
            {"port": 80, "liveness": Probe.tcp(9, period="300ms", timeout=3, failure_threshold=9)},
        ),
        (
            {
                "startupProbe": {
                    "exec": {"command": ["a", "b"]},
                    **TIMING,
                    "initialDelaySeconds": 5,
                }
            },
            {"startup": Probe.exec("a", "b", initial_delay=5)},
        ),
    ],
)
def test_what_a_container_says_stands_in_its_manifest(expected: dict[str, Any], fields: dict[str, Any]) -> None:
    """Each in the words of Kubernetes."""
    assert expected.items() <= only(Pod(container("web", **fields))).items()


def test_what_a_container_does_not_say_does_not_stand_there() -> None:
    """The defaults of the cluster hold, and a manifest is short."""
    assert set(only(Pod(container("web")))) == {"name", "image", "imagePullPolicy", "securityContext"}


@pytest.mark.parametrize(
    ("said", "written"),
    [("$HOME", "$HOME"), ("$(date)", "$$(date)"), ("a$$", "a$$$"), ("$${x}", "$$${x}"), ("$$$(a)", "$$$$$$(a)")],
)
def test_kubernetes_finds_no_variables_in_texts(said: str, written: str) -> None:
    """``$(NAME)`` and ``$$`` mean something to it, and nothing to the program's author."""
    web = container("web", command=["sh", "-c", said], args=[said], env={"A": said}, readiness=Probe.exec("test", said))
    found = only(Pod(web))
    probe = found["readinessProbe"]["exec"]["command"]
    assert found["command"][2] == found["args"][0] == found["env"][0]["value"] == probe[1] == written


def test_secret_and_deferred_values_stand_in_a_secret() -> None:
    """Nobody who may only read pods sees them."""
    env = {"A": Secret("a"), "B": concat("x", Secret("b")), "C": Later("c"), "D": "plain"}
    found = objects(Pod(container("web", env=env)))
    assert found["web.env"]["stringData"] == {"web.A": "[secret]", "web.B": "x[secret]", "web.C": "[secret]"}
    assert found["web.env"]["immutable"] is True
    (spec,) = found["web.deployment"]["spec"]["template"]["spec"]["containers"]
    reference = {"secretKeyRef": {"name": "c-web.env-00000000", "key": "web.A"}}
    assert spec["env"][0] == {"name": "A", "valueFrom": reference}
    assert spec["env"][3] == {"name": "D", "value": "plain"}


def test_names_of_variables_that_are_no_keys_have_a_digest() -> None:
    """Kubernetes takes more in the name of a variable than in a key of a Secret."""
    env = {"discovery.type": Secret("a"), "a/b c": Secret("b"), "A" * 300: Secret("c")}
    found = objects(Pod(container("web", env=env)))
    keys = {"web.discovery.type", "web.0af99a6091695385", "web.4daeb9ac8be20328"}
    assert set(found["web.env"]["stringData"]) == keys
    (spec,) = found["web.deployment"]["spec"]["template"]["spec"]["containers"]
    assert [item["name"] for item in spec["env"]] == list(env)
    assert {item["valueFrom"]["secretKeyRef"]["key"] for item in spec["env"]} == keys


def test_a_reference_is_the_name_of_a_service() -> None:
    """And inside the pod it is localhost."""
    db = postgres("db", password="x")
    env = {"DB": db.host, "PORT": db.port, "ME": "polypod{web.host}", "HELPER": "polypod{helper.host}"}
    pod = Pod(container("web", port=80, env=env), sidecars=[container("helper")])
    (spec,) = template(Gateway([pod, db]))["containers"]
    assert [item["value"] for item in spec["env"]] == ["db", "5432", "localhost", "localhost"]


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": False}, {}),
        (
            {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "runAsUser": 5,
                "runAsGroup": 6,
            },
            {"user": 5, "group": 6, "read_only_root": True},
        ),
        (
            {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": False, "runAsNonRoot": False, "runAsUser": 0},
            {"user": 0},
        ),
    ],
)
def test_a_container_may_no_more_than_it_asks_for(expected: dict[str, Any], fields: dict[str, Any]) -> None:
    """Root keeps the capabilities that programs started as root use, as on Docker."""
    assert only(Pod(container("web", **fields)))["securityContext"] == expected


def test_images_are_replaced_where_the_site_says_so() -> None:
    """On machines that have no registry, for example."""
    assert only(Pod(container("web")), images={"web:1": "mirror/web:2"})["image"] == "mirror/web:2"


def test_a_deferred_image_is_known_later(tmp_path: Any) -> None:
    """And a built one by its digest."""
    assert only(Pod(Container("web", image=Later("a:1"))))["image"] == "[secret]"
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    image = only(Pod(Container("web", image=Build("app"))), root=tmp_path)["image"]
    assert image == f"registry.test/image-app@sha256:{'0' * 64}"


@pytest.mark.parametrize(("seconds", "pod"), [(2, web()), (None, Pod(container("web"))), (None, web(restart="never"))])
def test_what_serves_goes_on_serving_for_a_while(seconds: int | None, pod: Pod) -> None:
    """Until every node knows that it is about to stop; the grace period starts after that."""
    found = only(pod).get("lifecycle")
    assert found == ({"preStop": {"sleep": {"seconds": seconds}}} if seconds else None)
    assert template(pod)["terminationGracePeriodSeconds"] == 10 + (seconds or 0)

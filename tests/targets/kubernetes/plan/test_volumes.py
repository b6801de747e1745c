"""Volumes, and what they stand on."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import ConfigVolume, File, Gateway, HostPathVolume, Mount, PersistentVolume, Pod, SecretVolume
from tests.programs import container, web
from tests.targets.kubernetes.manifests import objects, plan, template

DATA = Mount("/data", PersistentVolume("data", "3Gi"))


def claim(model: Any, **fields: Any) -> dict[str, Any]:
    """The spec of the claim of the volume ``data``."""
    return dict(objects(model, **fields)["volume-data"]["spec"])


def test_files_are_a_config_map() -> None:
    """Mounted read-only, each under its path, also below directories."""
    files = {"a/b.txt": "1", "a_b.txt": "2", "c": "host polypod{web.host}"}
    pod = web(mounts=[Mount("/etc/app", ConfigVolume("conf", files))])
    found = objects(pod)["web.volume-conf"]
    assert (found["kind"], found["immutable"]) == ("ConfigMap", True)
    (volume,) = template(pod)["volumes"]
    items = {item["path"]: found["data"][item["key"]] for item in volume["configMap"]["items"]}
    assert items == {"a/b.txt": "1", "a_b.txt": "2", "c": "host localhost"}
    assert template(pod)["containers"][0]["volumeMounts"] == [
        {"name": "conf", "mountPath": "/etc/app", "readOnly": True}
    ]


def test_secret_files_are_a_secret() -> None:
    """Whatever their values are."""
    pod = web(mounts=[Mount("/etc/app", SecretVolume("conf", {"key": "x"}))])
    found = objects(pod)["web.volume-conf"]
    assert (found["kind"], found["stringData"]) == ("Secret", {"key": "x"})
    (volume,) = template(pod)["volumes"]
    assert volume["secret"] == {
        "secretName": "c-web.volume-conf-00000000",
        "defaultMode": 0o444,
        "items": [{"key": "key", "path": "key"}],
    }


def test_files_keep_their_bytes_and_their_mode() -> None:
    """Bytes stand in base64; a file that not everybody may read is read by a group that every container is in."""
    files = {"script": File("x", mode=0o555), "store": b"\xff\x00", "key": "k"}
    config, secret = ConfigVolume("conf", files), SecretVolume("keys", files, mode=0o400)
    found = objects(web(mounts=[Mount("/c", config), Mount("/s", secret)], user=5))
    assert found["web.volume-conf"]["data"] == {"script": "x", "key": "k"}
    assert found["web.volume-conf"]["binaryData"] == {"store": "/wA="}
    assert found["web.volume-keys"]["stringData"] == {"script": "x", "key": "k"}
    assert found["web.volume-keys"]["data"] == {"store": "/wA="}
    pod = template(web(mounts=[Mount("/c", config), Mount("/s", secret)], user=5))
    assert pod["volumes"][0]["configMap"]["items"][1] == {"key": "script", "path": "script", "mode": 0o555}
    assert (pod["volumes"][0]["configMap"]["defaultMode"], pod["volumes"][1]["secret"]["defaultMode"]) == (0o444, 0o400)
    assert pod["securityContext"]["fsGroup"] == 5
    assert "fsGroup" not in template(web(mounts=[Mount("/c", config)], user=5))["securityContext"]


def test_a_single_file_is_a_sub_path() -> None:
    """It stands next to what the image has."""
    pod = template(web(mounts=[Mount("/etc/app.conf", ConfigVolume("conf", {"a": "x"}), sub_path="a")]))
    assert pod["containers"][0]["volumeMounts"] == [
        {"name": "conf", "mountPath": "/etc/app.conf", "subPath": "a", "readOnly": True}
    ]


def test_names_of_config_maps_and_secrets_are_generated() -> None:
    """A change gives them another name, and so replaces the pods that mount them."""
    files = [Mount("/c", ConfigVolume("c", {"a": ""})), Mount("/s", SecretVolume("s", {"a": ""}))]
    kinds = {item.kind for item in plan(web(mounts=files, env={"A": "b"})).objects() if not item.name}
    assert kinds == {"ConfigMap", "Secret"}


def test_a_persistent_volume_is_a_claim_that_is_kept() -> None:
    """Under its own name, for one pod at a time."""
    (item,) = (item for item in plan(web(mounts=[DATA])).objects() if item.kind == "PersistentVolumeClaim")
    assert (item.name, item.keep) == ("data", True)
    assert item.manifest["metadata"]["labels"]["dev.polypod.keep"] == "true"
    assert claim(web(mounts=[DATA])) == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "3072Mi"}},
    }
    assert template(web(mounts=[DATA]))["volumes"] == [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]


def test_a_volume_without_a_size_has_one_gibibyte() -> None:
    """Kubernetes wants to know."""
    assert claim(web(mounts=[Mount("/d", PersistentVolume("data"))]))["resources"]["requests"]["storage"] == "1024Mi"


@pytest.mark.parametrize(
    ("mode", "model"),
    [
        ("ReadWriteOnce", Gateway([web(mounts=[DATA]), Pod(container("b"))])),
        ("ReadWriteMany", Gateway([web(mounts=[DATA]), Pod(container("b", mounts=[DATA]))])),
        ("ReadWriteMany", Pod(container("web", mounts=[DATA]), replicas=2)),
    ],
)
def test_a_volume_that_is_shared_says_so(mode: str, model: Any) -> None:
    """Between pods, or between replicas."""
    assert claim(model)["accessModes"] == [mode]


def test_the_config_names_storage_classes() -> None:
    """One for all volumes, and one for those that are shared."""
    shared = Pod(container("web", mounts=[DATA]), replicas=2)
    settings = {"storageClass": "fast"}
    assert claim(shared, settings=settings)["storageClassName"] == "fast"
    settings["sharedStorageClass"] = "files"
    assert claim(shared, settings=settings)["storageClassName"] == "files"
    assert claim(web(mounts=[DATA]), settings=settings)["storageClassName"] == "fast"


def test_a_host_path_is_mounted() -> None:
    """The finding about it is a warning."""
    volume = HostPathVolume("logs", "/var/log")
    assert template(web(mounts=[Mount("/l", volume)]))["volumes"] == [
        {"name": "logs", "hostPath": {"path": "/var/log"}}
    ]

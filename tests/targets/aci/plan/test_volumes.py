"""Volumes, the files in them, and where containers see them."""

from __future__ import annotations

import pytest

from polypod import ConfigVolume, Gateway, Mount, PersistentVolume, Pod, ScratchVolume, Secret, SecretVolume, concat
from polypod.targets.aci.plan.records import Share
from tests.programs import Later, container, web
from tests.targets.aci.groups import TOGETHER, only, plan, properties

SCRATCH = Mount("/s", ScratchVolume("s", "1Gi"))
ACCOUNT = {"storageAccountName": "[account]", "storageAccountKey": "[account key]"}


def test_a_scratch_volume_is_an_empty_directory() -> None:
    """Which the containers of the pod share."""
    pod = Pod(container(mounts=[SCRATCH]), init=[container("a", mounts=[Mount("/a", SCRATCH.volume, read_only=True)])])
    found = properties(pod)
    name = found["volumes"][0]["name"]
    assert found["volumes"] == [{"name": name, "emptyDir": {}}]
    assert found["containers"][0]["properties"]["volumeMounts"] == [{"name": name, "mountPath": "/s"}]
    mounts = found["initContainers"][0]["properties"]["volumeMounts"]
    assert mounts == [{"name": name, "mountPath": "/a", "readOnly": True}]


def test_each_directory_of_files_is_a_secret_volume() -> None:
    """Azure's hold one directory each; nobody can write to them, as on every target."""
    files = {"a.conf": "1", "b.conf": "2"}
    nested = {"on/x": "polypod{web.port}", "off/deep/y": "4"}
    pod = web(
        mounts=[Mount("/etc/flat", ConfigVolume("flat", files)), Mount("/etc/nested", ConfigVolume("nested", nested))]
    )
    found = properties(pod)
    secrets = {volume["name"]: volume["secret"] for volume in found["volumes"]}
    mounts = only(pod)["volumeMounts"]
    assert {mount["mountPath"]: secrets[mount["name"]] for mount in mounts} == {
        "/etc/flat": files,
        "/etc/nested/on": {"x": "80"},
        "/etc/nested/off/deep": {"y": "4"},
    }
    assert all(mount["readOnly"] for mount in mounts)


def test_secret_files_show_nothing() -> None:
    """Whether their content is marked as a secret or not."""
    files = {"a": Secret("geheim"), "b": concat("x", Secret("geheim")), "c": "plain", "d": Later()}
    (volume,) = properties(web(mounts=[Mount("/s", SecretVolume("s", files))]))["volumes"]
    assert volume["secret"] == dict.fromkeys("abcd", "[secret]")


def test_a_persistent_volume_is_a_share() -> None:
    """One for all replicas, and for all pods that mount it."""
    data = Mount("/data", PersistentVolume("data", "1Gi"), read_only=True)
    app = Gateway([Pod(container(mounts=[data]), replicas=2), Pod(container("other", mounts=[data]))])
    found = plan(app)
    assert found.shares == {"store-data": Share("pods.web.main.mounts[0].volume", "data")}
    for key in ("web-0", "web-1", "other-0"):
        (volume,) = properties(app, key)["volumes"]
        assert volume["azureFile"] == {"shareName": "store-data", **ACCOUNT}
        (item,) = properties(app, key)["containers"]
        assert item["properties"]["volumeMounts"] == [{"name": volume["name"], "mountPath": "/data", "readOnly": True}]


def test_each_replica_can_have_a_share_of_its_own() -> None:
    """Which no other volume's share is."""
    own = Mount("/own", PersistentVolume("data", per_replica=True))
    first = Mount("/first", PersistentVolume("data-0"))
    app = Gateway([Pod(container(mounts=[own]), replicas=2), Pod(container("other", mounts=[first]))])
    names = {key: properties(app, key)["volumes"][0]["azureFile"]["shareName"] for key in ("web-0", "web-1", "other-0")}
    assert len(set(names.values())) == 3
    assert set(plan(app).shares) == set(names.values())


def test_volumes_of_different_pods_stay_apart_in_one_group() -> None:
    """Where the hyphens in their names could be read in two ways."""
    pods = [
        Pod(container("a", mounts=[Mount("/m", ScratchVolume("b-c"))])),
        Pod(container("a-b", mounts=[Mount("/m", ScratchVolume("c"))])),
        Pod(container("share", mounts=[Mount("/m", ScratchVolume("data"))])),
        Pod(container("files", mounts=[Mount("/m", PersistentVolume("data"))])),
    ]
    found = properties(Gateway(pods), "", TOGETHER)
    assert len(found["volumes"]) == 5  # with the gateway's configuration
    mounts = [item["properties"]["volumeMounts"][0]["name"] for item in found["containers"]]
    assert len(set(mounts)) == 5


@pytest.mark.parametrize(("one", "other"), [(ConfigVolume("c", {"x/a": "1"}), ConfigVolume("c-x", {"a": "2"}))])
def test_a_directory_is_no_other_volume(one: ConfigVolume, other: ConfigVolume) -> None:
    """Each file is where the program wants it."""
    found = properties(web(mounts=[Mount("/one", one), Mount("/other", other)]))
    contents = {volume["name"]: volume["secret"]["a"] for volume in found["volumes"]}
    mounts = found["containers"][0]["properties"]["volumeMounts"]
    assert {mount["mountPath"]: contents[mount["name"]] for mount in mounts} == {"/one/x": "1", "/other": "2"}

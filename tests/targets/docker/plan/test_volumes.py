"""Volumes, the files in them, and where containers see them."""

from __future__ import annotations

import pytest

from polypod import *
from polypod.targets.docker.plan import records
from tests.programs import container, web
from tests.targets.docker.plans import only, plan, text


def test_scratch_volumes_belong_to_one_copy_of_a_pod() -> None:
    """Containers of a pod share them, replicas do not; what holds one at a path keeps Docker from filling it there."""
    data = ScratchVolume("data")
    pod = Pod(
        container(mounts=[Mount("/a", data)]),
        sidecars=[container("b", mounts=[Mount("/b", data, read_only=True)])],
        replicas=2,
    )
    actual = plan(pod)
    assert [[(v.key, v.name, v.keep, v.paths) for v in copy.volumes] for copy in actual.pods] == [
        [("web-0.data", "p-s-c-web-0.data", False, ("/a", "/b"))],
        [("web-1.data", "p-s-c-web-1.data", False, ("/a", "/b"))],
    ]
    holders = ("p-s-c-web-1.data.content", "p-s-c-web-1.data.content.1")
    assert {c.key: c.mounts for c in actual.pods[1].members} == {
        "web-1.web": (records.VolumeMount(path="/a", volume="web-1.data", holder=holders[0]),),
        "web-1.b": (records.VolumeMount(path="/b", volume="web-1.data", holder=holders[1], read_only=True),),
    }


def test_persistent_volumes_belong_to_the_application_and_are_kept() -> None:
    """Every pod that names one sees the same data."""
    mount = Mount("/m", PersistentVolume("shared", "1Gi"))
    actual = plan(Gateway([Pod(container(name, mounts=[mount])) for name in "ab"]))
    assert [(v.key, v.name, v.keep) for v in actual.volumes if v.keep] == [("volume-shared", "p-s-c-shared", True)]
    mounts = {c.mounts for c in actual.containers() if c.role == "main" and c.key != "gateway-0"}
    assert mounts == {(records.VolumeMount(path="/m", volume="volume-shared"),)}


def test_each_replica_has_a_volume_of_its_own_on_request() -> None:
    """Kept like others; as many as there are replicas."""
    mount = Mount("/m", PersistentVolume("own", per_replica=True))
    actual = plan(Pod(container("web", mounts=[mount]), replicas=2))
    assert [(v.key, v.name, v.keep) for v in actual.volumes] == [
        ("volume-own.0", "p-s-c-own.0", True),
        ("volume-own.1", "p-s-c-own.1", True),
    ]
    assert [c.mounts[0].volume for c in actual.containers()] == ["volume-own.0", "volume-own.1"]


@pytest.mark.parametrize(("users", "made"), [([1000], True), ([None], True), ([0, 1000], True), ([0], False)])
def test_who_mounts_a_persistent_volume_may_write_to_it(users: list[int | None], made: bool) -> None:
    """As to a scratch volume; where only root mounts it, Docker's own way is enough."""
    mount = Mount("/m", PersistentVolume("data"))
    first, *others = [container(f"c{i}", user=user, mounts=[mount]) for i, user in enumerate(users)]
    (volume,) = plan(Pod(first, sidecars=others)).volumes
    assert volume.copy_from == ("/tmp" if made else None)  # noqa: S108


def test_a_host_path_is_mounted_as_it_is() -> None:
    """Docker has it, so nothing is made for it."""
    actual = plan(web(mounts=[Mount("/m", HostPathVolume("src", "/srv"), read_only=True)]))
    mounts = [c.mounts for c in actual.containers()]
    assert (mounts, actual.volumes) == ([(records.VolumeMount(path="/m", host_path="/srv", read_only=True),)], ())


def test_files_stand_in_place_of_a_directory() -> None:
    """Nobody may write there, not even root; config files are shown in a preview, secret files are not."""
    pod = web(
        mounts=[
            Mount("/etc/app/", ConfigVolume("conf", {"b": "polypod{web.port}", "a/c": b"\xff"}, mode=0o440)),
            Mount("/run/secrets", SecretVolume("keys", {"key": "k", "pin": File(Secret("p"), mode=0o400, user=5)})),
        ]
    )
    record = only(pod)
    assert record.mounts == (
        records.VolumeMount(path="/etc/app/", volume="web-0.conf", read_only=True),
        records.VolumeMount(path="/run/secrets", volume="web-0.keys", read_only=True),
    )
    conf, keys = plan(pod).pods[0].volumes
    assert (conf.files[0].content, conf.files[0].path) == (b"\xff", "a/c")
    assert [(file.path, text(file.content), file.secret) for file in (*conf.files[1:], *keys.files)] == [
        ("b", "80", False),
        ("key", "*k*", True),
        ("pin", "*p*", True),
    ]
    assert [(file.mode, file.owner) for file in keys.files] == [(0o444, None), (0o400, 5)]
    assert {file.mode for file in conf.files} == {0o440}


def test_a_single_file_stands_beside_those_of_the_image() -> None:
    """Mounted from the volume that holds it."""
    files = SecretVolume("keys", {"key": "k", "pin": "p"})
    pod = web(mounts=[Mount("/app/secret.pin", files, sub_path="pin")])
    mount = records.VolumeMount(path="/app/secret.pin", volume="web-0.keys", file="pin", read_only=True)
    assert only(pod).mounts == (mount,)
    (volume,) = plan(pod).pods[0].volumes
    assert [file.path for file in volume.files] == ["key", "pin"]

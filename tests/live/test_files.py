"""What a container sees of the files of config and secret volumes, on every platform."""

from __future__ import annotations

import pytest

from .conftest import Anywhere, OnDocker
from .deployment import Deployment
from .on_docker import DockerDeployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    word = Secret(config.require_secret("word"))
    binary = bytes(range(256)) * 9
    user = 999
    base = {"image": "busybox:1.37", "user": user, "group": user}
    run = ["sh", "-c", "trap exit TERM; sleep 3600 & wait"]

    owner = {"user": user, "group": user, "mode": 0o600} if config.get_bool("modes") else {}
    old = {} if config.get_bool("fewer") else {"old": "to be removed"}
    deep = {"sub/deep": "deep"} if owner else {}
    script = "#!/bin/sh\\necho it runs\\n"
    secret = SecretVolume("hidden", {"pgpass": File(word, **owner), "store": binary, **deep, **old})
    conf = ConfigVolume("conf", {"run.sh": File(script, mode=0o555 if owner else None), "binary": binary,
                                 "latin": "caf\\u00e9".encode("latin-1"), "text": "caf\\u00e9"})
    data = Mount("/data", PersistentVolume("data", "10Mi"))
    mounts = [data, Mount("/data/hidden", secret), Mount("/etc/network", conf)]
    if config.get_bool("single"):
        mounts += [Mount("/etc/issue.d", conf, sub_path="text"), Mount("/data/one", secret, sub_path="pgpass")]
    SidecarPod("files", Pod(Container("web", **base, command=run, mounts=mounts), termination_grace_period="2s"))
"""
WORD = "xyzzy-plugh"


@pytest.fixture(scope="module")
def files(deploy_anywhere_once: Anywhere) -> Deployment:
    """A pod with files of every kind, in a directory that the image has and in a kept volume."""
    deployment = deploy_anywhere_once.program(PROGRAM, secrets={"word": WORD})
    features = {"docker": ("modes", "single"), "kubernetes": ("modes", "single"), "aci": ()}
    for feature in features[deployment.target]:
        deployment.set(feature, "true")
    deployment.up()
    return deployment


def listed(deployment: Deployment, folder: str) -> set[str]:
    """The names in a directory of the container, without those that the platform adds."""
    names = deployment.shell("web", "web", f"ls {folder}").split()
    return {name for name in names if not name.startswith(".")}


def test_bytes_arrive_as_they_are(files: Deployment) -> None:
    """Binary files, and text in an encoding of the program's choice; other text is UTF-8."""
    digest = "md5sum </etc/network/binary; md5sum </data/hidden/store; od -An -tx1 /etc/network/latin /etc/network/text"
    one, two, encoded = files.shell("web", "web", digest).split("\n", 2)
    assert one == two == "136654676b4aed7ed5dffff8ad58ef36  -"
    assert encoded.split() == ["63", "61", "66", "e9", "63", "61", "66", "c3", "a9"]


def test_the_files_stand_in_place_of_what_the_image_has(files: Deployment) -> None:
    """The image has other files in that directory."""
    assert listed(files, "/etc/network") == {"run.sh", "binary", "latin", "text"}
    assert listed(files, "/data/hidden") - {"sub"} == {"pgpass", "store", "old"}
    assert files.shell("web", "web", "cat /data/hidden/pgpass") == WORD


def test_nobody_writes_to_them(files: Deployment) -> None:
    """Neither into the directory nor over a file."""
    attempt = "for f in /etc/network/new /etc/network/text; do (echo x >$f) 2>/dev/null && echo written; done; true"
    assert files.shell("web", "web", attempt) == ""


@pytest.mark.parametrize("target", ["docker", "kubernetes"], indirect=True)  # Azure has no modes
def test_a_script_can_be_run(files: Deployment) -> None:
    """Its mode says so."""
    assert files.shell("web", "web", "/etc/network/run.sh") == "it runs\n"


@pytest.mark.parametrize("target", ["docker", "kubernetes"], indirect=True)  # Azure mounts whole directories
def test_a_single_file_stands_beside_what_is_there(files: Deployment) -> None:
    """In the image's directory and in a kept volume."""
    assert files.shell("web", "web", "cat /etc/issue.d /data/one") == f"caf\u00e9{WORD}"
    assert {"passwd", "group", "issue.d"} <= listed(files, "/etc")


@pytest.mark.parametrize("target", ["docker"], indirect=True)  # the others degrade it
def test_a_file_has_its_mode_and_owner(files: Deployment) -> None:
    """As PostgreSQL's client wants ``.pgpass`` to be."""
    status = files.shell("web", "web", "stat -c '%a %u %g' /data/hidden/pgpass /data/one /etc/network/run.sh")
    assert status.splitlines() == ["600 999 999", "600 999 999", "555 0 0"]


def test_what_is_no_longer_declared_is_gone(files: Deployment) -> None:
    """Also below a kept volume; nothing of a secret is in the state or in what an update prints."""
    assert WORD not in files.exported_state()
    files.set("fewer", "true")
    assert WORD not in files.up()
    assert listed(files, "/data/hidden") - {"sub"} == {"pgpass", "store"}
    assert set(files.preview()) == {"same"}


def test_a_secret_single_file_leaves_a_kept_volume_with_its_declaration(deploy: OnDocker) -> None:
    """What is left of it is the empty file that Docker mounted it on."""
    deployment: DockerDeployment = deploy.program(PROGRAM, {"single": "true"}, {"word": WORD})
    deployment.up()
    deployment.set("single", "false")
    deployment.up()
    assert deployment.shell("web", "web", "cat /data/one 2>/dev/null; true") == ""

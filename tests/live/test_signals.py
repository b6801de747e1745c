"""The signal by which a container is stopped on Docker."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import OnDocker
from .deployment import until
from .on_docker import DockerDeployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    notes = Mount("/notes", HostPathVolume("notes", config.require("notes")))
    note = "; ".join(f"trap 'echo {name} >> /notes/ends; exit' {name}" for name in ("QUIT", "TERM"))
    alive = Probe.exec("test", "!", "-e", "/notes/dead", period="1s", failure_threshold=1)
    web = Container("web", image="busybox:1.37", command=["sh", "-c", note + "; while :; do sleep 0.1; done"],
                    env={"VERSION": config.get("version") or "1"}, mounts=[notes], stop_signal="SIGQUIT",
                    liveness=alive if config.get_bool("probed") else None)
    SidecarPod("one", Pod(web))
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder where the program notes by which signal it ends."""
    return tmp_path


def deployed(deploy: OnDocker, notes: Path, probed: str) -> DockerDeployment:
    """The program, which runs."""
    deployment = deploy.program(PROGRAM, {"notes": str(notes), "probed": probed})
    deployment.up()
    assert not (notes / "ends").exists()
    return deployment


def test_an_update_and_a_destroy_send_the_signal_of_the_program(deploy: OnDocker, notes: Path) -> None:
    """And no other: a program that ends in peace by SIGQUIT alone is not cut off."""
    deployment = deployed(deploy, notes, "false")
    assert set(deployment.preview()) == {"same"}
    deployment.set("version", "2")
    deployment.up()
    assert (notes / "ends").read_text() == "QUIT\n"
    deployment.destroy()
    assert (notes / "ends").read_text() == "QUIT\nQUIT\n"


def test_a_failed_probe_sends_the_signal_of_the_program(deploy: OnDocker, notes: Path) -> None:
    """As an update does."""
    deployed(deploy, notes, "true")
    (notes / "dead").touch()
    until((notes / "ends").exists)
    (notes / "dead").unlink()
    assert (notes / "ends").read_text().split()[0] == "QUIT"

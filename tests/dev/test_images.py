"""Whether stand-ins for public images are used: fakes on PATH, a checkout of its own."""

import json
from pathlib import Path

import pytest

from .programs import BASICS, Programs

ANSWERS = "printf 401"
SILENT = "exit 6"


@pytest.fixture
def machine(tmp_path: Path) -> Programs:
    """A machine whose Docker daemon has all images already."""
    machine = Programs(tmp_path, BASICS)
    machine.fake("docker")
    return machine


def stand_ins(machine: Programs) -> dict[str, str]:
    """What stands in for what."""
    return dict(json.loads((machine.checkout / ".polypod" / "images.json").read_text()))


@pytest.mark.parametrize(
    ("switch", "hub", "used"),
    [
        ("", ANSWERS, False),
        ("", SILENT, True),
        ("yes", ANSWERS, True),
        ("yes", SILENT, True),
        ("no", ANSWERS, False),
        ("no", SILENT, False),
    ],
)
def test_the_switch_goes_before_the_registry(machine: Programs, switch: str, hub: str, used: bool) -> None:
    """Docker may have a mirror where the registry itself does not answer, and is asked only without a switch."""
    machine.fake("curl", hub)
    done = machine.run("dev/images.sh", POLYPOD_STAND_INS=switch)
    assert done.returncode == 0, done.stderr
    assert ("nginx:1.29" in stand_ins(machine)) is used
    assert bool(machine.called("curl")) is (switch == "")


def test_stand_ins_stay(machine: Programs) -> None:
    """The registry is not asked again, until somebody says no."""
    machine.fake("curl", SILENT)
    machine.run("dev/images.sh")
    machine.fake("curl", ANSWERS)
    machine.run("dev/images.sh")
    assert stand_ins(machine)
    assert len(machine.called("curl")) == 1
    machine.run("dev/images.sh", POLYPOD_STAND_INS="no")
    assert stand_ins(machine) == {}


def test_a_switch_that_is_neither(machine: Programs) -> None:
    """Nothing is decided."""
    done = machine.run("dev/images.sh", POLYPOD_STAND_INS="maybe")
    assert done.returncode == 1
    assert "POLYPOD_STAND_INS is 'yes' or 'no', not 'maybe'" in done.stderr
    assert not (machine.checkout / ".polypod" / "images.json").exists()


def test_a_laptop_with_a_mirror_is_told_of_the_switch(machine: Programs) -> None:
    """Where stand-ins cannot be built."""
    machine.fake("curl", SILENT)
    machine.fake("docker", 'case "$*" in "image inspect"*) exit 1 ;; esac')
    done = machine.run("dev/images.sh")
    assert done.returncode == 1
    assert "set POLYPOD_STAND_INS=no" in done.stderr

"""The processes of the bare cluster: each started once, recognised, and brought back."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dev.machine import Machine


def test_process_is_recognised(machine: Machine) -> None:
    """A process is started once, known again, and stopped; another one with its id is left alone."""
    processes = machine.module("bare_machine.cluster.processes")
    command = ["/bin/sleep", "60"]
    processes.BARE.mkdir(parents=True)
    processes.start("one", command)
    record = processes.RECORDS / "one.json"
    first = json.loads(record.read_text())
    processes.start("one", command)
    assert json.loads(record.read_text()) == first
    time.sleep(0.05)  # the kernel counts starts in hundredths of a second
    with subprocess.Popen(command) as other:
        record.write_text(json.dumps(first | {"pid": other.pid}))
        assert not processes.runs("one")
        processes.stop("one")
        assert other.poll() is None
        other.kill()
    record.write_text(json.dumps(first))
    processes.stop("one")
    assert not Path(f"/proc/{first['pid']}/exe").exists()


def test_reboot(machine: Machine) -> None:
    """Records of an earlier boot are recognised, and nothing that has their ids by now is stopped."""
    processes = machine.module("bare_machine.cluster.processes")
    processes.BARE.mkdir(parents=True)
    assert not processes.rebooted()
    processes.start("one", ["/bin/sleep", "60"])
    assert not processes.rebooted()
    record = processes.RECORDS / "one.json"
    now = json.loads(record.read_text())
    record.write_text(json.dumps(now | {"identity": ["an-earlier-boot", now["identity"][1]]}))
    assert processes.rebooted()
    assert not processes.runs("one")
    record.write_text(json.dumps(now))
    processes.stop("one")


def test_process_of_another_program(machine: Machine) -> None:
    """A process whose command has changed, as after an upgrade, is restarted."""
    processes = machine.module("bare_machine.cluster.processes")
    processes.BARE.mkdir(parents=True)
    processes.start("one", ["/bin/sleep", "60"])
    first = json.loads((processes.RECORDS / "one.json").read_text())["pid"]
    processes.start("one", ["/bin/sleep", "61"])
    assert processes.runs("one")
    assert json.loads((processes.RECORDS / "one.json").read_text())["pid"] != first
    processes.stop("one")


def test_ended_process(machine: Machine) -> None:
    """A process that ended by itself is reported with the end of its log."""
    processes = machine.module("bare_machine.cluster.processes")
    processes.BARE.mkdir(parents=True)
    processes.start("one", ["/bin/ls", "/no-such-folder"])
    machine.module("cluster.command").wait_until(lambda: not processes.runs("one"), 10)
    with pytest.raises(SystemExit, match=r"(?s)one ended.*no-such-folder"):
        processes.expect("one")


COMPONENTS = (
    "containerd",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubelet",
)


class Bare:
    """A bare cluster whose programs only sleep; there are no links, certificates, images and add-ons."""

    def __init__(self, machine: Machine, patch: pytest.MonkeyPatch) -> None:
        """Put something harmless in the place of what needs a real machine."""
        self.module = machine.module("bare_machine.cluster.bare")
        self.processes = machine.module("bare_machine.cluster.processes")
        nothing: dict[str, Callable[..., Any]] = {
            "_check_machine": lambda: None,
            "_build": lambda: {"kubernetes": machine.bin},
            "_node_ready": lambda _: True,
            "attempt": lambda *_: "ok",
        }
        for name, done in nothing.items():
            patch.setattr(self.module, name, done)
        for module, names in {
            "network": ("up",),
            "certificates": ("write",),
            "addons": ("apply", "wait"),
            "containerd": ("add_programs", "load", "forget"),
        }.items():
            for name in names:
                patch.setattr(machine.module(f"bare_machine.cluster.{module}"), name, lambda *_: None)
        images = ("busybox", "coredns", "metrics-server", "local-path-provisioner", "pause")
        patch.setattr(machine.module("bare_machine.cluster.addons"), "images", lambda _: dict.fromkeys(images, "image"))
        patch.setattr(machine.module("bare_machine.cluster.containerd"), "answers", lambda: True)
        patch.setattr(machine.module("bare_machine.cluster.containerd"), "command", lambda: ["/bin/sleep", "61"])
        patch.setattr(machine.module("bare_machine.cluster.programs"), "command", lambda *_: ["/bin/sleep", "60"])

    def up(self) -> dict[str, dict[str, Any]]:
        """Start what does not run; returns what is recorded of each process."""
        self.module.up()
        return {file.stem: json.loads(file.read_text()) for file in self.processes.RECORDS.glob("*.json")}

    def configs(self) -> dict[str, int]:
        """When each file that is made from a template was written."""
        return {name: (self.processes.BARE / name).stat().st_mtime_ns for name in self.module.CONFIGS}


@pytest.fixture
def bare(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bare]:
    """A bare cluster that runs, in a manner of speaking."""
    bare = Bare(machine, monkeypatch)
    bare.up()
    yield bare
    for name in COMPONENTS:
        bare.processes.stop(name)


def test_a_second_run_changes_nothing(bare: Bare) -> None:
    """No process is started again, and no file is written: kube-proxy ends when its configuration is."""
    before, written = bare.up(), bare.configs()
    assert sorted(before) == list(COMPONENTS)
    assert (bare.up(), bare.configs()) == (before, written)


@pytest.mark.parametrize("name", COMPONENTS)
def test_what_died_is_brought_back(bare: Bare, name: str) -> None:
    """And only that."""
    before = bare.up()
    os.kill(before[name]["pid"], signal.SIGKILL)
    bare.module.wait_until(lambda: not bare.processes.runs(name), 10)
    after = bare.up()
    assert {other for other in COMPONENTS if before[other] != after[other]} == {name}
    assert bare.processes.runs(name)


def test_a_record_whose_process_id_is_another_ones_by_now(bare: Bare) -> None:
    """The process is started again, and the other one left alone."""
    before = bare.up()["kubelet"]
    time.sleep(0.05)  # the kernel counts starts in hundredths of a second
    with subprocess.Popen(["/bin/sleep", "60"]) as other:
        record = bare.processes.RECORDS / "kubelet.json"
        record.write_text(json.dumps(before | {"pid": other.pid}))
        assert bare.up()["kubelet"]["pid"] not in (before["pid"], other.pid)
        assert other.poll() is None
        other.kill()
    os.kill(before["pid"], signal.SIGKILL)


@pytest.mark.parametrize(
    ("config", "process"),
    [("containerd.toml", "containerd"), ("kubelet.yaml", "kubelet"), ("kube-proxy.yaml", "kube-proxy")],
)
def test_another_configuration(bare: Bare, config: str, process: str) -> None:
    """The process that reads it is restarted, and no other one."""
    before = bare.up()
    (bare.processes.BARE / config).write_text("of an earlier version")
    after = bare.up()
    assert {name for name in COMPONENTS if before[name] != after[name]} == {process}

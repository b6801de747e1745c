"""``polypod aci``: the emulator as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.running import polypod_aci
from polypod_aci_emulator import endpoint
from polypod_aci_emulator.cli import aci


def test_only_loopback_addresses_are_served(tmp_path: Path) -> None:
    """Whoever reaches the emulator can run any image as root."""
    done = polypod_aci("serve", "--address", "192.0.2.1", folder=tmp_path)
    assert done.returncode == 1
    assert "192.0.2.1 is not a loopback address" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["stop", "--help"])
def test_a_command_imports_only_what_it_needs(command: str, tmp_path: Path) -> None:
    """Neither the emulator's server nor a client of anything."""
    process = [sys.executable, "-X", "importtime", "-m", "polypod_aci_emulator", command]
    environment = {**os.environ, "POLYPOD_ACI_STATE": str(tmp_path)}
    done = subprocess.run(process, check=True, capture_output=True, text=True, timeout=60, env=environment)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "click" in imported
    assert {"azure", "docker", "pulumi", "requests", "starlette", "uvicorn"} & imported == set()


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["reset"]], ids=" ".join)
def test_a_file_of_images_that_holds_none_is_said(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its place, and what to write."""
    (images := tmp_path / "images.json").write_text("[]")
    monkeypatch.setenv("POLYPOD_IMAGES", str(images))
    (folder := tmp_path / "state").mkdir()
    done = polypod_aci(*command, folder=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {images}: a mapping is expected, not a list; write a JSON object")


@pytest.mark.parametrize("command", ["start", "stop", "reset"])
def test_a_folder_that_stays_busy_is_said(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as an emulator that runs nor as one that does not."""
    monkeypatch.setattr(endpoint, "START_SECONDS", 0.1)
    with endpoint.locked(tmp_path), pytest.raises(SystemExit, match="is busy: try again"):
        aci.main([command, "--state", str(tmp_path)])

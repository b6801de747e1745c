"""``polypod aci``: the emulator as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from polypod_aci_emulator import endpoint
from polypod_aci_emulator.cli import aci

LIVE = pytest.mark.live


def _polypod(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "polypod_aci_emulator", *arguments, "--state", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_only_loopback_addresses_are_served(tmp_path: Path) -> None:
    """Whoever reaches the emulator can run any image as root."""
    done = _polypod("serve", "--address", "192.0.2.1", folder=tmp_path)
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
    done = _polypod(*command, folder=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {images}: a mapping is expected, not a list; write a JSON object")


@LIVE
def test_an_address_that_is_told_takes_connections(tmp_path: Path) -> None:
    """From the first moment on: it is not refused while the server gets ready."""
    command = [sys.executable, "-m", "polypod_aci_emulator", "serve", "--port", "0", "--state", str(tmp_path)]
    told = tmp_path / "endpoint.json"
    limit = time.monotonic() + 30
    try:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                while not told.exists():
                    assert process.poll() is None
                    assert time.monotonic() < limit
                url = httpx.URL(json.loads(told.read_text())["url"])
                socket.create_connection((url.host, url.port)).close()
            finally:
                process.terminate()
    finally:
        assert _polypod("reset", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["start", "stop", "reset"])
def test_a_folder_that_stays_busy_is_said(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as an emulator that runs nor as one that does not."""
    monkeypatch.setattr(endpoint, "START_SECONDS", 0.1)
    with endpoint.locked(tmp_path), pytest.raises(SystemExit, match="is busy: try again"):
        aci.main([command, "--state", str(tmp_path)])


@LIVE
def test_the_emulator_starts_once_stops_and_leaves_nothing(tmp_path: Path) -> None:
    """A second start finds the first; the token is needed; reset removes the state, also when it was killed."""
    try:
        first = _polypod("start", folder=tmp_path)
        assert first.returncode == 0, first.stderr
        assert _polypod("start", folder=tmp_path).stdout == first.stdout
        assert "is running" in _polypod("serve", "--port", "0", folder=tmp_path).stderr
        found = endpoint.endpoint(tmp_path)
        assert found.url == first.stdout.strip() == json.loads((tmp_path / "endpoint.json").read_text())["url"]
        where = f"{found.url}/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups?api-version=2025-04-01"
        assert httpx.get(where).status_code == 401
        assert httpx.get(where, headers={"Authorization": f"Bearer {found.token}"}).json() == {"value": []}
        os.kill(found.pid, signal.SIGKILL)
        assert (tmp_path / "state.sqlite3-wal").exists()
    finally:
        assert _polypod("reset", folder=tmp_path).returncode == 0
    assert {file.name for file in tmp_path.iterdir()} == {"lock", "log"}
    with pytest.raises(endpoint.EmulatorError):
        endpoint.endpoint(tmp_path)

"""``polypod aci``: the emulator as a process that runs containers."""

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

from helpers.running import polypod_aci
from polypod_aci_emulator import endpoint


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
        assert polypod_aci("reset", folder=tmp_path).returncode == 0


def test_the_emulator_starts_once_stops_and_leaves_nothing(tmp_path: Path) -> None:
    """A second start finds the first; the token is needed; reset removes the state, also when it was killed."""
    try:
        first = polypod_aci("start", folder=tmp_path)
        assert first.returncode == 0, first.stderr
        assert polypod_aci("start", folder=tmp_path).stdout == first.stdout
        assert "is running" in polypod_aci("serve", "--port", "0", folder=tmp_path).stderr
        found = endpoint.endpoint(tmp_path)
        assert found.url == first.stdout.strip() == json.loads((tmp_path / "endpoint.json").read_text())["url"]
        where = f"{found.url}/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups?api-version=2025-04-01"
        assert httpx.get(where).status_code == 401
        assert httpx.get(where, headers={"Authorization": f"Bearer {found.token}"}).json() == {"value": []}
        os.kill(found.pid, signal.SIGKILL)
        assert (tmp_path / "state.sqlite3-wal").exists()
    finally:
        assert polypod_aci("reset", folder=tmp_path).returncode == 0
    assert {file.name for file in tmp_path.iterdir()} == {"lock", "log"}
    with pytest.raises(endpoint.EmulatorError):
        endpoint.endpoint(tmp_path)

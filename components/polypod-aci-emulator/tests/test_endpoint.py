"""Where a running emulator is."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from polypod_aci_emulator import endpoint


@pytest.mark.skipif(sys.platform != "linux", reason="the user's folder for state is elsewhere")
def test_the_state_is_in_the_users_folder_for_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the environment names another."""
    monkeypatch.delenv("POLYPOD_ACI_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert endpoint.default_folder() == Path("/somewhere/polypod/aci")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert endpoint.default_folder() == Path("/home/somebody/.local/state/polypod/aci")
    monkeypatch.setenv("POLYPOD_ACI_STATE", "/elsewhere")
    assert endpoint.default_folder() == Path("/elsewhere")


def test_a_client_is_told_that_no_emulator_runs(tmp_path: Path) -> None:
    """And how to start one."""
    with pytest.raises(endpoint.EmulatorError, match="polypod aci start"):
        endpoint.endpoint(tmp_path)


def test_a_client_waits_for_an_emulator_that_starts(tmp_path: Path) -> None:
    """And is not told where one was that was killed."""
    (tmp_path / "token").write_text("secret")
    endpoint.publish(tmp_path, "http://127.0.0.1:1")
    with endpoint.locked(tmp_path), ThreadPoolExecutor() as client:
        asked = client.submit(endpoint.endpoint, tmp_path)
        with pytest.raises(TimeoutError):
            asked.result(timeout=0.5)
        endpoint.publish(tmp_path, "http://127.0.0.1:2")
        assert asked.result(timeout=10) == endpoint.Endpoint("http://127.0.0.1:2", "secret", os.getpid())

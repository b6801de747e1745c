"""Docker tells when a container has ended: nobody asks it again and again."""

from __future__ import annotations

import time

import pytest

from .groups import FOREVER, Groups, within

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("aci-watch")]


def _restarts(groups: Groups, name: str) -> int:
    return int(groups.get(name).containers[0].instance_view.restart_count)


def test_nothing_is_asked_while_nothing_happens(groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    """And yet a container that ends is seen."""
    name = str(groups.put(groups.definition(groups.container("web", FOREVER))).name)
    asked: list[str] = []
    host = groups.running.emulator.host
    listed = host.containers
    time.sleep(1)  # for the look after the start
    monkeypatch.setattr(host, "containers", lambda group: asked.append(group) or listed(group))
    time.sleep(2)
    assert asked == []
    groups.running.containers()["web"].kill()
    within(10, lambda: _restarts(groups, name) == 1)
    assert asked != []


def test_what_happens_while_nobody_listens_is_seen(groups: Groups) -> None:
    """As after Docker has been started anew."""
    name = str(groups.put(groups.definition(groups.container("web", FOREVER))).name)
    time.sleep(1)
    stream = groups.running.emulator._watch._stream
    assert stream is not None
    stream.close()
    groups.running.containers()["web"].kill()
    within(10, lambda: _restarts(groups, name) == 1)

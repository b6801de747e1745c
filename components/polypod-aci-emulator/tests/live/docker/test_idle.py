"""Docker tells when a container has ended: nobody asks it again and again."""

from __future__ import annotations

import time

import pytest

from helpers.groups import FOREVER, Groups, within


def test_nothing_is_asked_while_nothing_happens(groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    """And yet a container that ends is seen."""
    asked: list[str] = []
    host = groups.running.emulator.host
    listed = host.containers
    monkeypatch.setattr(host, "containers", lambda group: asked.append(group) or listed(group))
    name = str(groups.put(groups.definition(groups.container("web", FOREVER))).name)

    def quiet() -> bool:
        asked.clear()
        time.sleep(2)
        return not asked

    within(20, quiet)
    groups.running.containers()["web"].kill()
    within(20, lambda: groups.get(name).containers[0].instance_view.restart_count == 1)

"""What checking and rendering cost in larger programs: counted steps, not seconds."""

from __future__ import annotations

import inspect
import sys
from types import FrameType
from typing import Any

import pytest

import polypod.targets.aci as package
from polypod import Gateway, Mount, PersistentVolume, Pod, Route, concat
from polypod.model.application import Application
from polypod.targets.base import load_target
from tests.programs import container, site

FOLDER = package.__path__[0]
SMALL, LARGE = 30, 120


def program(size: int, **fields: Any) -> Application:
    """Pods each of which publishes a port, keeps data and knows the next one, behind a gateway."""
    pods: list[Pod] = []
    for i in range(size):
        env = {"NEXT": concat("http://", pods[-1].host)} if pods else {}
        mounts = [Mount("/data", PersistentVolume(f"data-{i}"))]
        main = container(f"web-{i}", port=2000 + i, env=env, mounts=mounts)
        pods.append(Pod(main, sidecars=[container("log")], **fields))
    return Application.of(Gateway(pods, routes=[Route(f"/{pod.name}/", pod) for pod in pods]))


def steps(app: Application, settings: dict[str, Any]) -> int:
    """The instructions of this target's own code that a check and a rendering take."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    target, where, before = load_target("aci"), site(settings=settings), sys.gettrace()
    current = inspect.currentframe()
    assert current
    current.f_trace_opcodes = True  # Python 3.12 counts them only where this is known before it traces
    sys.settrace(trace)
    try:
        assert target.draft(app, where).plan
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("placement", ["separate", "group"])
def test_four_times_the_program_is_four_times_the_work(placement: str) -> None:
    """No step asks all containers once per container."""
    settings = {"placement": placement}
    small, large = (steps(program(size), settings) for size in (SMALL, LARGE))
    assert large < 1.2 * (LARGE / SMALL) * small

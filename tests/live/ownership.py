"""Data with one owner at a time, and what tells whether it had."""

from __future__ import annotations

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    shape = config.get("shape") or "pod"
    data = Mount("/data", PersistentVolume("data"))
    KEEP = "trap 'sleep 3; echo end $0 >> /data/log; exit 0' TERM; echo start $0 >> /data/log; "
    IDLE = "trap 'exit 0' TERM; "
    WAIT = "touch /tmp/on; while :; do sleep 0.1; done"

    def container(name, keeps=False, **fields):
        command = ["sh", "-c", (KEEP if keeps else IDLE) + WAIT, name]
        return Container(name, image="busybox:1.37", command=command, user=1000, mounts=[data] if keeps else (),
                         readiness=Probe.exec("test", "-e", "/tmp/on"), **fields)

    scratch = Mount("/shared", ScratchVolume("shared"))
    helper = Container("helper", image="busybox:1.37", command=["sh", "-c", IDLE + WAIT], user=1000,
                       mounts=[scratch])
    first, moved = container("first", keeps=True), shape == "moved"
    shapes = {
        "pod": Pod(first),
        "sidecar": Pod(first, sidecars=[helper]),
        "group": Group("first", peers=[first, helper]),
        "renamed": Pod(container("second", keeps=True)),
        "moved": Pod(container("first")),
    }
    pods = [shapes[shape], Pod(container("other", keeps=moved))]
    GatewayStack("s", Gateway(pods, port=config.require_int("port")))
"""
"""A pod that keeps its data until it has taken three seconds to end, in several shapes."""

OWNERS = {"pod": "first", "sidecar": "first", "group": "first", "renamed": "second", "moved": "other"}
"""Who owns the data, by shape."""


def owners(log: str) -> list[str]:
    """Those who owned the data, each of whom had ended before the next one started; the last one has not ended.

    Args:
        log: What they wrote.
    """
    events = [line.split() for line in log.splitlines()]
    assert [event for event, _ in events] == ["start", "end"] * (len(events) // 2) + ["start"], log
    assert all(start == end for (_, start), (_, end) in zip(events[::2], events[1::2], strict=False)), log
    return [name for _, name in events[::2]]

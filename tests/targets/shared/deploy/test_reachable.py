"""Whether an address can be reached from this machine."""

from __future__ import annotations

import socket

from polypod.targets.shared.deploy.reachable import reachable_host


def test_the_first_host_that_takes_connections() -> None:
    """And none where there is none."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert reachable_host(["127.0.0.1"], port) == "127.0.0.1"
        assert reachable_host(["127.0.0.2", "127.0.0.1"], port) == "127.0.0.1"
        assert reachable_host(["no.such.host.test", "127.0.0.2"], port) == ""
        assert reachable_host([], port) == ""

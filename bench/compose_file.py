"""The same containers as a Compose file."""

from __future__ import annotations

import json
from typing import Any

from bench.application import SERVE

READY = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
# The nginx image holds no wget, but bash can open a connection.
ASK = r"exec 3<>/dev/tcp/127.0.0.1/{port}; printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3; grep -q ' 200 ' <&3"


def compose_file(services: int, period: str, port: int, *, busybox: str, nginx: str, nginx_conf: str) -> str:
    """The text of a Compose file; JSON, which is YAML too.

    Args:
        services: How many services.
        period: How often the health of each is checked.
        port: The port the gateway publishes.
        busybox: The image of the services.
        nginx: The image of the gateway.
        nginx_conf: The configuration of the gateway.
    """
    described = {f"s{i}": _service(f"s{i}", READY, period, image=busybox, **_serving()) for i in range(services)}
    after = {name: {"condition": "service_healthy"} for name in described}
    described["gateway"] = _service(
        "gateway",
        ["CMD", "bash", "-c", ASK.format(port=port)],
        "1s",
        image=nginx,
        entrypoint=["nginx", "-c", "/etc/polypod/nginx.conf", "-g", "daemon off;"],
        user="101:101",
        ports=[f"127.0.0.1:{port}:{port}"],
        depends_on=after,
        configs=[{"source": "nginx", "target": "/etc/polypod/nginx.conf", "mode": "0444"}],
    )
    configs = {"nginx": {"content": nginx_conf.replace("$", "$$")}}
    return json.dumps({"services": described, "configs": configs}, indent=2)


def _serving() -> dict[str, Any]:
    return {"entrypoint": ["sh", "-c", SERVE], "mem_limit": "32m", "memswap_limit": "32m"}


def _service(name: str, check: list[str], every: str, **settings: Any) -> dict[str, Any]:
    return {
        "hostname": name,
        "labels": {"bench.service": name},
        "healthcheck": {"test": check, "interval": every, "timeout": "10s", "start_period": "0s", "retries": 3},
        "restart": "always",
        "security_opt": ["no-new-privileges:true"],
        "logging": {"driver": "json-file", "options": {"max-size": "10000000", "max-file": "3"}},
        "stop_grace_period": "10s",
        **settings,
    }

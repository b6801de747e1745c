"""The same containers, written by hand with Pulumi's Docker provider."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker

SERVE = "echo ok >/tmp/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /tmp & wait"
READY = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
# The nginx image holds no wget, but bash can open a connection.
ASK = r"exec 3<>/dev/tcp/127.0.0.1/{port}; printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3; grep -q ' 200 ' <&3"

config = pulumi.Config()
prefix = f"{pulumi.get_project()}-{pulumi.get_stack()}"
port = config.require_int("port")
period = config.require("period")

network = docker.Network("network", name=prefix)
busybox = docker.RemoteImage("busybox", name=config.require("busybox"), keep_locally=True)
nginx = docker.RemoteImage("nginx", name=config.require("nginx"), keep_locally=True)


def service(name: str, check: list[str], every: str, **settings: Any) -> docker.Container:
    """One container with what all have in common; known once it is healthy."""
    labels = {"project": pulumi.get_project(), "stack": pulumi.get_stack(), "service": name}
    return docker.Container(
        name,
        name=f"{prefix}-{name}",
        hostname=name,
        networks_advanced=[docker.ContainerNetworksAdvancedArgs(name=network.id, aliases=[name])],
        labels=[docker.ContainerLabelArgs(label=f"bench.{key}", value=value) for key, value in labels.items()],
        healthcheck=docker.ContainerHealthcheckArgs(
            tests=check, interval=every, timeout="10s", start_period="0s", retries=3
        ),
        wait=True,
        wait_timeout=120,
        restart="always",
        security_opts=["no-new-privileges:true"],
        log_driver="json-file",
        log_opts={"max-size": "10000000", "max-file": "3"},
        destroy_grace_seconds=10,
        **settings,
    )


serving: dict[str, Any] = {"entrypoints": ["sh", "-c", SERVE], "memory": 32, "memory_swap": 32}
services: list[pulumi.Resource] = [
    service(f"s{i}", READY, period, image=busybox.image_id, **serving) for i in range(config.require_int("services"))
]

service(
    "gateway",
    ["CMD", "bash", "-c", ASK.format(port=port)],
    "1s",
    image=nginx.image_id,
    entrypoints=["nginx", "-c", "/etc/polypod/nginx.conf", "-g", "daemon off;"],
    user="101:101",
    ports=[docker.ContainerPortArgs(internal=port, external=port, ip="127.0.0.1")],
    uploads=[
        docker.ContainerUploadArgs(
            file="/etc/polypod/nginx.conf", content=Path("nginx.conf").read_text(), permissions="0444"
        )
    ],
    opts=pulumi.ResourceOptions(depends_on=services),
)
pulumi.export("url", f"http://127.0.0.1:{port}")

"""The gateway's own pod: nginx and its configuration."""

from __future__ import annotations

from polypod.model.application import GATEWAY
from polypod.model.container import Container
from polypod.model.gateway import Gateway
from polypod.model.pod import Pod
from polypod.model.port import Port
from polypod.model.probe import Probe
from polypod.model.volume import ConfigVolume, Mount
from polypod.targets.shared.plan.nginx.configuration import configuration, grace_seconds
from polypod.targets.shared.plan.nginx.routes import HEALTH, LISTING, listing
from polypod.targets.shared.plan.nginx.start import SCRIPT, START
from polypod.targets.shared.plan.nginx.upstreams import HostsOf

RESOLVES_WITHIN = 2.5
"""Seconds in which a backend is found at a new address. nginx asks again one second after an answer has expired, or as
long after a failure as its ``resolver_timeout`` says (src/http/modules/ngx_http_upstream_zone_module.c)."""


def nginx_gateway(
    gateway: Gateway,
    *,
    hosts_of: HostsOf,
    resolves: bool = True,
    check_period: str | None = "1s",
) -> Pod:
    """The pod that answers for a gateway.

    Args:
        gateway: The gateway.
        hosts_of: The host names of a backend on the target: one for all of its replicas, or one for each. `DOMAIN`
            stands for the first domain that the gateway's container searches.
        resolves: Whether backends are resolved again and again, so that a pod that is replaced or scaled is found
            without touching the gateway; ``False`` where addresses never change.
        check_period: Time between two checks of its readiness; the default of the target where it is ``None``.
    """
    texts = {
        "nginx.conf": configuration(gateway, hosts_of, resolves),
        "configure.sh": SCRIPT,
        LISTING: listing(gateway),
    }
    main = Container(
        GATEWAY,
        image=gateway.image,
        command=["sh", "-c", START],
        port=Port(gateway.port, publish=gateway.port, address=gateway.address),
        mounts=[Mount("/etc/polypod", ConfigVolume("nginx", texts))],
        readiness=Probe.http(HEALTH, period=check_period),
        user=101,
        group=101,
    )
    return Pod(main, termination_grace_period=f"{grace_seconds(gateway)}s")

"""The gateway's own pod, in a cluster."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from polypod.checks.findings import Finding
from polypod.checks.support import Verdict
from polypod.model.gateway import Gateway
from polypod.model.pod import Pod
from polypod.model.volume import Mount, ScratchVolume
from polypod.targets.kubernetes.plan.names import HEADLESS
from polypod.targets.kubernetes.plan.settings import Settings
from polypod.targets.shared.plan.nginx.pod import nginx_gateway
from polypod.targets.shared.plan.nginx.start import DOMAIN


def gateway_pod(gateway: Gateway) -> Pod:
    """The pod that answers for a gateway.

    It resolves its backends, again and again, by the names that list the replicas one by one, so that a replica that
    is gone is passed over without a lost request.

    Args:
        gateway: The gateway.
    """
    pod = nginx_gateway(gateway, hosts_of=lambda backend: [f"{backend.pod}{HEADLESS}.{DOMAIN}"])
    main = attrs.evolve(
        pod.main,
        mounts=[*pod.main.mounts, Mount("/tmp", ScratchVolume("tmp"))],  # noqa: S108 - a volume of its own
        read_only_root=True,
    )
    return attrs.evolve(pod, main=main)


def gateway_findings(gateway: Gateway | None, settings: Settings) -> Iterator[Finding]:
    """The features of a gateway that are lost behind an Ingress.

    Args:
        gateway: The gateway, if there is one.
        settings: The stack's config.
    """
    if gateway is not None and settings.ingress is not None and not gateway.trusted_proxies:
        reason = "pods see the Ingress controller as the client, and http where clients use https"
        fix = "name the controller's addresses, such as the network of the cluster's pods"
        yield Finding("PP417", "gateway.trusted_proxies", None, Verdict.DEGRADED, reason, fix)

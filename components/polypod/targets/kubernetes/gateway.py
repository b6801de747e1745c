"""The gateway's own pod, in a cluster."""

from __future__ import annotations

import attrs

from polypod.model.gateway import Gateway
from polypod.model.pod import Pod
from polypod.model.volume import Mount, ScratchVolume
from polypod.patterns.nginx_gateway import nginx_gateway
from polypod.targets.kubernetes.names import HEADLESS

_RESOLVER = "@RESOLVER@"
_DOMAIN = "@DOMAIN@"
_START = rf"""resolver= domain=
while read -r key value _; do
  case $key:$value in
    nameserver:*:*) resolver="$resolver [$value]" ;;
    nameserver:*) resolver="$resolver $value" ;;
    search:*) domain=$value ;;
  esac
done </etc/resolv.conf
sed "s/{_RESOLVER}/${{resolver# }}/; s/{_DOMAIN}/$domain/" /etc/polypod/nginx.conf >/tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g "daemon off;"
"""
"""nginx asks DNS servers that its configuration lists for full names. Which server and which domain that are is the
cluster's business, and stands in every container's resolv.conf, whatever its DNS is made of."""


def gateway_pod(gateway: Gateway) -> Pod:
    """The pod that answers for a gateway.

    It resolves its backends, again and again, by the names that list the replicas one by one, so that a replica that
    is gone is passed over without a lost request.

    Args:
        gateway: The gateway.
    """
    pod = nginx_gateway(gateway, host_of=lambda backend: f"{backend.pod}{HEADLESS}.{_DOMAIN}", resolver=_RESOLVER)
    main = attrs.evolve(
        pod.main,
        command=["sh", "-c", _START],
        mounts=[*pod.main.mounts, Mount("/tmp", ScratchVolume("tmp"))],  # noqa: S108 - a volume of its own
        read_only_root=True,
    )
    return attrs.evolve(pod, main=main)

"""The stack's config ``polypod:kubernetes``."""

from __future__ import annotations

import attrs

from polypod.config.reader import field, read_config

PATH = "config polypod:kubernetes"
SERVICES = ("LoadBalancer", "NodePort", "ClusterIP")
LEVELS = ("restricted", "baseline", "privileged")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SUBDOMAIN = r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
_NAMED = "a name of lower-case letters, digits, hyphens and dots"


@attrs.frozen(kw_only=True)
class Ingress:
    """An Ingress in front of the gateway.

    Args:
        host: The host it answers for.
        class_name: The Ingress class; the cluster's default by default.
        tls_secret: The name of the Secret with the host's certificate; none by default: plain HTTP.
    """

    host: str = field(_SUBDOMAIN, "a host name")
    class_name: str | None = field(_SUBDOMAIN, _NAMED, None)
    tls_secret: str | None = field(_SUBDOMAIN, _NAMED, None)


@attrs.frozen(kw_only=True)
class Settings:
    """Settings of a stack for its cluster.

    Args:
        namespace: An existing namespace to use; by default the stack makes one of its own.
        gateway_service: The type of the Services of published ports.
        address_within: Time that the cluster has for the address of a load balancer.
        ingress: The Ingress in front of the gateway; none by default.
        storage_class: The class of volumes; the cluster's default by default.
        shared_storage_class: The class of volumes that several pods write to; ``storage_class`` by default.
        pod_security: The Pod Security level of the stack's own namespace; what its pods need by default.
    """

    namespace: str | None = field(_LABEL, "a name of lower-case letters, digits and hyphens", None)
    gateway_service: str = field("|".join(SERVICES), f"one of {', '.join(SERVICES)}", SERVICES[0])
    address_within: str = field(r"[1-9]\d*[smh]", "a time such as '30s' or '5m'", "5m")
    ingress: Ingress | None = field(None, "its host, className and tlsSecret", None)
    storage_class: str | None = field(_SUBDOMAIN, _NAMED, None)
    shared_storage_class: str | None = field(_SUBDOMAIN, _NAMED, None)
    pod_security: str | None = field("|".join(LEVELS), f"one of {', '.join(LEVELS)}", None)


def settings(data: object) -> Settings:
    """The settings that the stack's config holds.

    Args:
        data: The value of ``polypod:kubernetes``.

    Raises:
        ModelError: With every key that is unknown and every value that is wrong.
    """
    return read_config(Settings, data, PATH)

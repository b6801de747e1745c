"""The gateway's own pod: nginx and its configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from polypod.model.application import GATEWAY
from polypod.model.container import Container
from polypod.model.gateway import Backend, Balance, Gateway, Route
from polypod.model.pod import Pod
from polypod.model.port import Port
from polypod.model.probe import Probe
from polypod.model.volume import ConfigVolume, Mount

_BALANCE: Mapping[Balance, tuple[str, ...]] = {"round-robin": (), "least-connections": ("least_conn;",)}

_FINAL = [f"if ($final_status = {status}) {{ return {status}; }}" for status in (502, 504)]
_TEMPLATE = """\
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
worker_processes auto;
events {{ worker_connections 4096; }}
http {{
  log_format main '$remote_addr "$request" $status $body_bytes_sent $request_time s '
                  'upstream=$upstream_addr status=$upstream_status "$http_user_agent"';
  access_log /dev/stdout main;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server_tokens off;
  absolute_redirect off;
{resolver}\
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  map $upstream_connect_time:$upstream_status $final_status {{ default 504; '~-:' again; '~502$' 502; }}
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_connect_timeout {connect_timeout}ms;
  proxy_next_upstream error timeout http_502 http_503;
  proxy_next_upstream_tries 3;
{upstreams}\
  server {{
    listen {port};
    location = /healthz {{ access_log off; default_type text/plain; return 200 "ok\\n"; }}
{locations}\
  }}
}}
"""


RESOLVES_WITHIN = 2.5
"""Seconds in which a backend is found at a new address. nginx asks anew one second after an answer has expired, or as
long after a failure as its ``resolver_timeout`` says (src/http/modules/ngx_http_upstream_zone_module.c)."""

RESOLVER = "@RESOLVER@"
"""Stands in a configuration for the DNS servers of the container that it is read in."""

DOMAIN = "@DOMAIN@"
"""Stands for the first domain that the container searches."""

CONFIGURE = "/etc/polypod/configure.sh"
"""A script that writes `CONFIGURATION` from what is mounted, for the start of nginx and for a reload."""

CONFIGURATION = "/tmp/nginx.conf"  # noqa: S108 - the container's own
"""The configuration that nginx reads."""

_CONFIGURE = rf"""resolver= domain=
while read -r key value _; do
  case $key:$value in
    nameserver:*:*) resolver="$resolver [$value]" ;;
    nameserver:*) resolver="$resolver $value" ;;
    search:*) domain=$value ;;
  esac
done </etc/resolv.conf
sed "/^  resolver /s/{RESOLVER}/${{resolver# }}/; /^    server /s/{DOMAIN}/$domain/" \
  /etc/polypod/nginx.conf >{CONFIGURATION}
"""
"""nginx asks DNS servers that its configuration lists for full names. Which server and which domain that are is the
platform's business, and stands in every container's resolv.conf, whatever its DNS is made of."""

_START = f'sh {CONFIGURE} && exec nginx -c {CONFIGURATION} -g "daemon off;"'


def nginx_gateway(
    gateway: Gateway,
    *,
    hosts_of: Callable[[Backend], Sequence[str]],
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
    configuration = _configuration(gateway, hosts_of, resolves)
    files = ConfigVolume("nginx", {"nginx.conf": configuration, "configure.sh": _CONFIGURE})
    main = Container(
        GATEWAY,
        image=gateway.image,
        command=["sh", "-c", _START],
        port=Port(gateway.port, publish=gateway.port, address=gateway.address),
        mounts=[Mount("/etc/polypod", files)],
        readiness=Probe.http("/healthz", period=check_period),
        user=101,
        group=101,
    )
    return Pod(main)


def _configuration(gateway: Gateway, hosts_of: Callable[[Backend], Sequence[str]], resolves: bool) -> str:
    routes = dict(enumerate(gateway.routes))
    return _TEMPLATE.format(
        resolver=f"  resolver {RESOLVER} valid=1s ipv6=off;\n  resolver_timeout 1s;\n" if resolves else "",
        connect_timeout=gateway.connect_timeout.amount,
        port=gateway.port,
        upstreams="".join(_upstream(i, route, gateway, hosts_of, resolves) for i, route in routes.items()),
        locations="".join(_location(i, route, gateway) for i, route in routes.items()) + _listing(gateway),
    )


def _upstream(
    index: int, route: Route, gateway: Gateway, hosts_of: Callable[[Backend], Sequence[str]], resolves: bool
) -> str:
    lines = [f"zone route_{index} 128k;", *_BALANCE[route.balance]]
    for backend in route.to:
        port = backend.port or gateway.pods[backend.pod].ports[0].number
        resolve = " resolve" if resolves else ""
        options = f"weight={backend.weight} max_fails=1 fail_timeout=1s{resolve}"
        lines += [f"server {host}:{port} {options};" for host in hosts_of(backend)]
    body = "".join(f"    {line}\n" for line in [*lines, "keepalive 16;", "keepalive_timeout 1s;"])
    return f"  upstream route_{index} {{\n{body}  }}\n"


def _location(index: int, route: Route, gateway: Gateway) -> str:
    """A route, and a second try for requests that no backend has seen.

    A backend that vanishes while a request tries to connect to it also changes the list of backends, and nginx then
    gives up instead of asking the next one. Where no connection was made, asking again is safe for every method.
    """
    timeout = (route.timeout or gateway.timeout).amount
    body_size = (route.max_body_size or gateway.max_body_size).amount
    passing = [
        f"proxy_pass http://route_{index};",
        f"proxy_read_timeout {timeout}ms;",
        f"proxy_send_timeout {timeout}ms;",
        f"client_max_body_size {body_size};",
    ]
    strip = [f"rewrite ^{re.escape(route.prefix)}(.*)$ /$1 break;"] if route.strip_prefix else []
    redirect = [f"location = {route.prefix[:-1]} {{ return 301 {route.prefix}$is_args$args; }}"]
    return (
        "".join(f"    {line}\n" for line in redirect if route.prefix != "/")
        + _block(f"location {route.prefix}", [*strip, f"error_page 502 504 = @again_{index};", *passing])
        + _block(f"location @again_{index}", [*_FINAL, *passing])
    )


def _block(head: str, lines: list[str]) -> str:
    body = "".join(f"      {line}\n" for line in lines)
    return f"    {head} {{\n{body}    }}\n"


def _listing(gateway: Gateway) -> str:
    """What ``/`` answers; nothing of ours where a route takes it."""
    if any(route.prefix == "/" for route in gateway.routes):
        return ""
    lines = [f"{route.prefix} -> {', '.join(backend.pod for backend in route.to)}" for route in gateway.routes]
    text = "\\n".join(["API gateway", "Routes:", *lines, ""])
    return (
        f'    location = / {{ default_type text/plain; return 200 "{text}"; }}\n'
        '    location / { default_type text/plain; return 404 "no route\\n"; }\n'
    )

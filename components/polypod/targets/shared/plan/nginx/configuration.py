"""The whole configuration of a gateway's nginx."""

from __future__ import annotations

import math

from polypod.model.gateway import Gateway
from polypod.model.quantity import Duration
from polypod.targets.shared.plan.nginx import forwarding
from polypod.targets.shared.plan.nginx.routes import Routes
from polypod.targets.shared.plan.nginx.start import RESOLVER
from polypod.targets.shared.plan.nginx.upstreams import HostsOf, Upstreams
from polypod.targets.shared.plan.nginx.ways import Ways

KEPT_SECONDS = 3
"""How long a connection that a client keeps is served when the configuration is reloaded, or nginx ends: closed at
once, it would cost the request that is on its way."""

_SHORTEST_GRACE = 10
_LONGEST_GRACE = 300

_TEMPLATE = """\
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
worker_processes auto;
pcre_jit on;
worker_shutdown_timeout {shutdown}s;
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
  tcp_nodelay on;
  keepalive_min_timeout {kept}s;
{resolver}\
  ignore_invalid_headers off;
  underscores_in_headers on;
  client_max_body_size 0;
  large_client_header_buffers 4 {head};
  proxy_buffer_size {head};
  proxy_buffers 4 {head};
  proxy_buffering off;
  grpc_buffer_size {head};
  proxy_headers_hash_max_size 2048;
  proxy_headers_hash_bucket_size 128;
{forwarding}\
  early_hints $hinted;
  recursive_error_pages on;
  proxy_http_version 1.1;
  proxy_pass_trailers on;
  proxy_pass_header Server;
  proxy_pass_header Date;
  proxy_pass_header X-Accel-Redirect;
  proxy_pass_header X-Accel-Expires;
  proxy_pass_header X-Accel-Limit-Rate;
  proxy_pass_header X-Accel-Charset;
  proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;
  proxy_socket_keepalive on;
  proxy_connect_timeout {connect_timeout}ms;
  grpc_connect_timeout {connect_timeout}ms;
  proxy_next_upstream off;
  proxy_next_upstream_tries 3;
  grpc_next_upstream off;
  grpc_next_upstream_tries 3;
{upstreams}\
  server {{
    listen {port} so_keepalive=on;
    http2 on;
    set $unrestored "";
    set $prefix "";
    set $again "";
{locations}\
  }}
}}
"""


def configuration(gateway: Gateway, hosts_of: HostsOf, resolves: bool) -> str:
    """The text of ``nginx.conf``.

    Args:
        gateway: The gateway.
        hosts_of: The host names of a backend.
        resolves: Whether they are resolved again and again.
    """
    upstreams, ways = Upstreams(gateway, hosts_of, resolves), Ways(gateway)
    return _TEMPLATE.format(
        shutdown=grace_seconds(gateway) - 1,
        kept=KEPT_SECONDS,
        resolver=f"  resolver {RESOLVER} valid=1s ipv6=off;\n  resolver_timeout 1s;\n" if resolves else "",
        head=gateway.max_header_size.amount + _SLACK,
        forwarding=forwarding.text(gateway),
        connect_timeout=gateway.connect_timeout.amount,
        port=gateway.port,
        upstreams=upstreams.text(),
        locations=Routes(gateway, upstreams, ways).text() + ways.text(),
    )


_SLACK = 8 * 1024
"""For the name of the largest field, and for the others in the head of an answer."""


def grace_seconds(gateway: Gateway) -> int:
    """The seconds in which the gateway ends what it is at: as long as a pod may take to answer, at most five minutes.

    Args:
        gateway: The gateway.
    """
    limits = [gateway.timeout, *(route.timeout for route in gateway.routes if route.timeout is not None)]
    longest = max(limit.amount / 1000 if isinstance(limit, Duration) else math.inf for limit in limits)
    return math.ceil(min(max(longest, _SHORTEST_GRACE), _LONGEST_GRACE))

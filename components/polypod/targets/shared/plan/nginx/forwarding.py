"""Headers for forwarded requests: the client for backends, and backends' paths for clients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from polypod.model.gateway import Gateway
from polypod.model.route_path import encoded
from polypod.targets.shared.plan.nginx.text import block

_SAID_BY_PROXY = {
    "X-Forwarded-For": "$forwarded_for",
    "X-Forwarded-Proto": "$forwarded_proto",
    "X-Forwarded-Host": "$forwarded_host",
    "X-Forwarded-Port": "$forwarded_port",
    "X-Forwarded-Prefix": "$outer_prefix$prefix",
    "X-Real-IP": "$remote_addr",
    "Forwarded": "$forwarded",
}
_SEEN_HERE = {
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Proto": "$scheme",
    "X-Forwarded-Host": "$authority",
    "X-Forwarded-Port": "$forwarded_port",
    "X-Forwarded-Prefix": "$prefix",
    "X-Real-IP": "$remote_addr",
    "Forwarded": '""',
}
_HEADERS = {
    "Host": "$authority",
    "Upgrade": "$upgrade",
    "Connection": "$connection_options",
    "TE": "$trailers",
}

_FROM_PROXY = """\
  map "$trusted:$http_x_forwarded_for" $forwarded_for {
    "~^1:(?<from_for>.+)$" "$from_for, $realip_remote_addr";
    default $realip_remote_addr;
  }
  map "$trusted:$http_x_forwarded_proto" $forwarded_proto { "~^1:(?<from_proto>.+)$" $from_proto; default $scheme; }
  map "$trusted:$http_x_forwarded_host" $forwarded_host { "~^1:(?<from_host>[^ ,]+)" $from_host; default $authority; }
  map "$trusted:$http_x_forwarded_port:$forwarded_proto:$forwarded_host" $forwarded_port {
    "~^1:(?<from_port>[0-9]+):" $from_port;
    "~:(?<of_host>[0-9]+)$" $of_host;
    "~^[^:]*:[^:]*:https" 443;
    default 80;
  }
  map "$trusted:$http_x_forwarded_prefix" $outer_prefix {
    "~^1:(?<from_prefix>/[^ ,]*[^ ,/])" $from_prefix;
    default "";
  }
  map "$trusted" $forwarded { 1 $http_forwarded; default ""; }
"""

_ALONE = """\
  map "" $outer_prefix { default ""; }
  map "" $forwarded_host { default $authority; }
  map $authority $forwarded_port { "~:(?<of_host>[0-9]+)$" $of_host; default 80; }
"""

_REQUEST = """\
  map $request $authority {
    "~^[^ ]+ [A-Za-z][A-Za-z0-9+.-]*://(?:[^@/? ]*@)?(?<of_target>[^/? ]+)" $of_target;
    default $http_host;
  }
  map $request_uri $query { "~^[^?]*(?<from_query>[?].*)$" $from_query; default ""; }
  map $http_upgrade $upgrade { "~*^h2c" ""; default $http_upgrade; }
  map $http_te $trailers { "~*(?:^|[ ,])trailers" trailers; default ""; }
  map "$upgrade:$trailers" $connection_options { ":" ""; ":trailers" TE; default upgrade; }
  map "$server_protocol $request_method $http_content_length$http_transfer_encoding" $streamed {
    "~^HTTP/2[.]0 (?:POST|PUT|PATCH) " _streamed;
    "~ 0?$" "";
    default _streamed;
  }
  map $server_protocol $hinted { HTTP/1.0 ""; default 1; }
"""

_ANSWER = r"""  map "$unrestored:$prefix" $restored { "~^:." "$outer_prefix$prefix"; default ""; }
  map "$restored $authority $forwarded_host $redirect" $restored_redirect {
    volatile;
    "~^ " $redirect;
    "~^([^ ]+) ([^ ]*) ([^ ]*) (?:(?:https?:)?//(?i:\2|\3))?\1(?:[/?#]|$)" $redirect;
    "~^[^ ]+ [^ ]* [^ ]* /(?!/)" "$restored$redirect";
    "~^[^ ]+ ([^ ]*) ([^ ]*) (?<at>(?:https?:)?//(?i:\1|\2))(?=[/?#]|$)/?(?<rest>[^/].*)?$" "$at$restored/$rest";
    default $redirect;
  }
  proxy_redirect "~^(?<redirect>.+)$" $restored_redirect;
  map "$restored $cookie_path" $restored_cookie_path {
    volatile;
    "~^ " $cookie_path;
    "~^([^ ]+) \1(?:/|$)" $cookie_path;
    "~^[^ ]+ /" "$restored$cookie_path";
    default $cookie_path;
  }
  proxy_cookie_path "~^(?<cookie_path>.*)$" $restored_cookie_path;
"""

_FAILURE = r"""  map "$upstream_connect_time|$upstream_status" $on_failure {
    volatile;
    "~^(?:[^|:]*:){4}.*504$" @timed_out;
    "~^(?:[^|:]*:){4}" @unreachable;
    "~-\|" $again;
    "~504$" @timed_out;
    default @unreachable;
  }
"""
"""Another try where the last had no connection, five in all."""


def text(gateway: Gateway) -> str:
    """All of this.

    Args:
        gateway: The gateway.
    """
    return _trusted(gateway) + _FIXED + _headers(gateway) + _paths(gateway)


def _trusted(gateway: Gateway) -> str:
    """Whom the gateway believes."""
    networks = gateway.trusted_proxies
    if not networks:
        return _ALONE
    realip = [f"  set_real_ip_from {network};\n" for network in networks]
    realip += ["  real_ip_header X-Forwarded-For;\n", "  real_ip_recursive on;\n"]
    listed = block("geo $realip_remote_addr $trusted", ["default 0;", *(f"{network} 1;" for network in networks)], 1)
    return "".join([*realip, listed, _FROM_PROXY])


def _headers(gateway: Gateway) -> str:
    """The headers that backends get from the gateway, whatever the client sent.

    Many servers give programs underscores and hyphens of a header's name as one, so the other spellings of what the
    gateway says are kept away from them.
    """
    forwarded = _SAID_BY_PROXY if gateway.trusted_proxies else _SEEN_HERE
    lines = [
        f"  {module}_set_header {name} {value};\n"
        for module in ("proxy", "grpc")
        for name, value in {**_HEADERS, **forwarded, **dict.fromkeys(_lookalikes(forwarded), '""')}.items()
        if module == "proxy" or name not in ("Upgrade", "Connection", "TE")
    ]
    return "".join(lines)


def _lookalikes(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        first, *rest = name.split("-")
        for separators in product("-_", repeat=len(rest)):
            spelled = first + "".join(map("".join, zip(separators, rest, strict=True)))
            if spelled != name:
                yield spelled


def _paths(gateway: Gateway) -> str:
    """The path that a backend sees: that of the client, byte for byte, without the prefix.

    A prefix that is written otherwise than in the program, such as ``/%61pi/`` or ``//api/``, is taken off by the
    number of its segments; where the path has segments like ``..``, these need not be the first ones, and there is
    no path.
    """
    depths = sorted({encoded(route.prefix).count("/") - 1 for route in gateway.routes if route.strips} - {0})
    lines = [
        '"~^ (?<whole>.*)$" $whole;',
        r'"~^([^ ]+) \1(?<below>/.*)$" $below;',
        r'"~^([^ ]+) \1(?<after>[?].*)?$" "/$after";',
        *(
            f'"~^(?:/[^/ ]+){{{n}}} {_NO_DOTS}(?:/+(?:(?!%2[Ff])[^/?#])+){{{n}}}(?<below_{n}>/.*)$" $below_{n};'
            for n in depths
        ),
        'default "";',
    ]
    return block('map "$prefix $request_uri" $path', lines, 1)


_NO_DOTS = "(?![^?#]*(?:/|%2[Ff])(?:[.]|%2[Ee]){1,2}(?:[/?#]|%2[Ff]|$))"

_FIXED = _REQUEST + _ANSWER + _FAILURE
"""What is the same for every gateway."""

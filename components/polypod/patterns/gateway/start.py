"""How the gateway starts: what only its container knows is put into its configuration."""

from __future__ import annotations

RESOLVER = "@RESOLVER@"
"""Stands in a configuration for the DNS servers of the container that it is read in."""

DOMAIN = "@DOMAIN@"
"""Stands for the first domain that the container searches."""

CONFIGURE = "/etc/polypod/configure.sh"
"""A script that writes `CONFIGURATION` from what is mounted, for the start of nginx and for a reload."""

CONFIGURATION = "/tmp/nginx.conf"  # noqa: S108 - the container's own
"""The configuration that nginx reads."""

SCRIPT = rf"""resolver= domain=
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

START = f'sh {CONFIGURE} && exec nginx -c {CONFIGURATION} -g "daemon off;"'

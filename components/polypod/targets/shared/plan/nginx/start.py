"""The start script of the gateway, which puts what only its container knows into the configuration."""

from __future__ import annotations

RESOLVER = "@RESOLVER@"
"""Stands in a configuration for the DNS servers of the container that it is read in."""

DOMAIN = "@DOMAIN@"
"""Stands for the first domain that the container searches."""

CONFIGURE = "/etc/polypod/configure.sh"
"""A script that writes `CANDIDATE` from what is mounted, for the start of nginx and for a reload."""

CONFIGURATION = "/tmp/nginx.conf"  # noqa: S108 - the container's own
"""The configuration that nginx reads, which it has found to be right."""

CANDIDATE = f"{CONFIGURATION}.new"
"""The configuration that nginx is to read next."""

SCRIPT = rf"""resolver= domain=
while read -r key value _; do
  case $key:$value in
    nameserver:*:*) resolver="$resolver [$value]" ;;
    nameserver:*) resolver="$resolver $value" ;;
    search:*) domain=$value ;;
  esac
done </etc/resolv.conf
sed "/^  resolver /s/{RESOLVER}/${{resolver# }}/; /^    server /s/{DOMAIN}/$domain/" \
  /etc/polypod/nginx.conf >{CANDIDATE}
"""
"""nginx asks DNS servers that its configuration lists for full names. Which server and which domain that are is the
platform's business, and stands in every container's resolv.conf, whatever its DNS is made of."""

START = f"""sh {CONFIGURE} || exit
if nginx -tqc {CANDIDATE}; then
  mv {CANDIDATE} {CONFIGURATION}
elif [ -e {CONFIGURATION} ]; then
  echo "the gateway starts with the last configuration that nginx has accepted" >&2
else
  exit 1
fi
exec nginx -c {CONFIGURATION} -g "daemon off;"
"""
"""A container that is started again, after a crash or a reboot, still has the configuration that it ran with; what is
mounted may be one that nginx refused since."""

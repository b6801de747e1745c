# shellcheck shell=bash
# What the scripts beside this file share: versions, places, messages. Sourced, not run.
# shellcheck disable=SC2034  # the scripts that source this use what it sets
set -euo pipefail

PULUMI_VERSION=3.250.0
HOST_VERSION=3.79.0
DOCKER_PLUGIN_VERSION=5.2.0
KUBERNETES_PLUGIN_VERSION=4.25.0
COMPOSE_VERSION=2.40.3
KUBERNETES_VERSION=1.34.2
COREDNS_VERSION=1.14.3
METRICS_SERVER_VERSION=0.9.0
LOCAL_PATH_VERSION=0.0.30
UV_VERSION=0.13.9

toolchain=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(dirname "$toolchain")
local_dir=$checkout/.polypod
cache=${POLYPOD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/polypod}
mkdir -p "$cache" "$local_dir"

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
has() { command -v "$1" >/dev/null; }

# debian_install WHY PACKAGE...: installs the packages, or says WHY they are needed and stops.
debian_install() {
  local why=$1
  shift
  if ! has apt-get || ((EUID != 0)); then
    die "$why. On Debian or Ubuntu: sudo apt-get install --no-install-recommends $*"
  fi
  say "installing Debian's $*"
  local log=$cache/apt.log
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
    >"$log" 2>&1 || die "apt-get failed: $(tail -n 5 "$log")"
}

# need COMMAND PACKAGE...
need() { has "$1" || debian_install "the command '$1' is missing" "${@:2}"; }

# one_at_a_time: a second run on this cache waits here until the first has ended.
one_at_a_time() {
  has flock || return 0
  exec 9>"$cache/lock"
  flock --nonblock 9 || { say "waiting for another run that uses $cache" && flock 9; }
  rm -rf "$cache"/.partial.*
}

# fresh_dir: a folder in the cache to fill and then rename, so that no half-made one is ever seen.
fresh_dir() { mktemp -d "$cache/.partial.XXXXXX"; }

# short_hash: of standard input
short_hash() { git hash-object --stdin | cut -c1-12; }

# The lines below are printed for a shell to evaluate.
print_export() { printf 'export %s=%q\n' "$1" "$2"; }
# shellcheck disable=SC2016  # $PATH is for that shell to expand
print_path() { printf 'export PATH=%q:"$PATH"\n' "$1"; }

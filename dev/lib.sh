# shellcheck shell=bash
# What the scripts in this folder share: versions, places, messages. Sourced, not run.
# shellcheck disable=SC2034  # the scripts that source this use what it sets
set -euo pipefail

PULUMI_VERSION=3.250.0
DOCKER_PLUGIN_VERSION=5.2.0
KUBERNETES_PLUGIN_VERSION=4.25.0
UV_VERSION=0.13.9

dev=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bare_machine=$dev/bare_machine
checkout=$(dirname "$dev")
local_dir=$checkout/.polypod
cache=${POLYPOD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/polypod}
mkdir -p "$cache" "$local_dir"

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
has() { command -v "$1" >/dev/null; }

# working WHAT PROGRAM...: runs a program, and says every five seconds that it has not ended. Where the caller has a
# $log, it says how long that is by now.
working() {
  local what=$1 ticker status=0
  shift
  # What it starts holds neither the lock nor the pipes of this script.
  (
    seconds=0
    while sleep 5 2>/dev/null && kill -0 $$ 2>/dev/null; do
      seconds=$((seconds + 5))
      say "  $what: $seconds s${log:+, $(($(wc -l <"$log"))) lines in $log}"
    done
  ) </dev/null >/dev/null 9>&- &
  ticker=$!
  disown "$ticker"
  "$@" || status=$?
  kill "$ticker" 2>/dev/null || true
  return "$status"
}

# into LOG PROGRAM...: all that the program prints goes to the end of a file.
into() { "${@:2}" >>"$1" 2>&1; }

# debian_install WHY PACKAGE...: installs the packages, or says WHY they are needed and stops.
debian_install() {
  local why=$1
  shift
  if ! has apt-get || ((EUID != 0)); then
    die "$why. On Debian or Ubuntu: sudo apt-get install --no-install-recommends $*"
  fi
  say "installing Debian's $*"
  local log=$cache/apt.log
  : >"$log"
  if ! { working "apt-get update" into "$log" apt-get update &&
    working "apt-get install" into "$log" \
      env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }; then
    die "apt-get failed: $(tail -n 5 "$log")"
  fi
}

# need COMMAND PACKAGE...
need() { has "$1" || debian_install "the command '$1' is missing" "${@:2}"; }

# one_at_a_time: a second run on this cache waits here until the first has ended.
one_at_a_time() {
  has flock || return 0
  exec 9>"$cache/lock"
  flock --nonblock 9 || working "waiting for another run that uses $cache" flock 9
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

# shellcheck shell=bash
# Builds the Go programs of modules/ into the cache. Sourced, not run.
# shellcheck disable=SC2034,SC2154  # lib.sh, sourced before this, sets the folders; others use the versions

HOST_VERSION=3.79.0
COMPOSE_VERSION=2.40.3
KUBERNETES_VERSION=1.34.2
COREDNS_VERSION=1.14.3
METRICS_SERVER_VERSION=0.9.0
LOCAL_PATH_VERSION=0.0.30

modules=$bare_machine/modules

# need_go TOOL
need_go() {
  local wanted
  wanted=$(sed -n 's/^go //p' "$modules/$1/go.mod")
  has go || die "the tools must be built here, and that needs Go $wanted or newer. Install it from https://go.dev/dl/ \
(or as Debian's package golang-go, where that is new enough) and put it on PATH"
}

# build TOOL VERSION PACKAGE LDFLAGS: makes the program TOOL from the module modules/TOOL. REPLY is its folder.
# Where there is a modules/TOOL/overlay.sh, it prints what is laid over the folder (go build -overlay).
build() {
  local tool=$1 version=$2 dir new log
  need_go "$tool"
  dir=$cache/$tool-$version-$({ go env GOVERSION && cat "$modules/$tool"/*; } | short_hash)
  if [[ ! -d $dir ]]; then
    new=$(fresh_dir)
    log=$cache/$tool.log
    : >"$log"
    say "building $tool $version, which can take minutes"
    working "building $tool" into "$log" go_build "$tool" "$new" "$3" "$4" ||
      die "$tool was not built: $(tail -n 20 "$log")"
    rm -f "$new/overlay.json"
    mv "$new" "$dir"
  fi
  REPLY=$dir
}

# go_build TOOL FOLDER PACKAGE LDFLAGS
go_build() (
  cd "$modules/$1" || return
  export CGO_ENABLED=0 GOWORK=off
  if [[ -x overlay.sh ]]; then
    ./overlay.sh >"$2/overlay.json" || return
    set -- "$@" -overlay "$2/overlay.json"
  fi
  go build -v -trimpath -buildvcs=false "${@:5}" -ldflags "-s -w $4" -o "$2/$1" "$3"
)

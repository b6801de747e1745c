# shellcheck shell=bash
# Builds the Go programs of the folders beside this file into the cache. Sourced, not run.
# shellcheck disable=SC2154  # lib.sh, sourced before this, sets them

# need_go TOOL
need_go() {
  local wanted
  wanted=$(sed -n 's/^go //p' "$toolchain/$1/go.mod")
  has go || die "the tools must be built here, and that needs Go $wanted or newer. Install it from https://go.dev/dl/ \
(or as Debian's package golang-go, where that is new enough) and put it on PATH"
}

# build TOOL VERSION PACKAGE LDFLAGS: makes the program TOOL from the module toolchain/TOOL. REPLY is its folder.
# Where there is a toolchain/TOOL/overlay.sh, it prints what is laid over the folder (go build -overlay).
build() {
  local tool=$1 version=$2 package=$3 ldflags=$4 dir new overlay=
  need_go "$tool"
  dir=$cache/$tool-$version-$({ go env GOVERSION && cat "$toolchain/$tool"/*; } | short_hash)
  if [[ ! -d $dir ]]; then
    new=$(fresh_dir)
    say "building $tool $version, which can take minutes (log: $cache/$tool.log)"
    (
      cd "$toolchain/$tool"
      export CGO_ENABLED=0 GOWORK=off
      if [[ -x overlay.sh ]]; then
        ./overlay.sh >"$new/overlay.json"
        overlay=$new/overlay.json
      fi
      go build -v -trimpath -buildvcs=false ${overlay:+-overlay "$overlay"} -ldflags "-s -w $ldflags" -o "$new/$tool" "$package" 2>&1
    ) | progress "$tool" || die "$tool was not built: $(tail -n 20 "$cache/$tool.log")"
    rm -f "$new/overlay.json"
    mv "$new" "$dir"
  fi
  REPLY=$dir
}

# progress TOOL: go build's output goes to the log, and how far it is to the terminal.
progress() {
  awk -v tool="$1" '
    { print; fflush() }
    /^go: downloading/ { modules++; next }
    { packages++ }
    (modules + packages) % 200 == 0 {
      printf "  %s: %d modules fetched, %d packages compiled\n", tool, modules, packages > "/dev/stderr"
    }' >"$cache/$1.log"
}

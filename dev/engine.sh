#!/usr/bin/env bash
# engine.sh [PLUGIN]...: chooses the Pulumi engine, gives it the Docker plugin and those named, and prints the shell
# lines with which it is used: the user's own engine, else the one of Pulumi's installer, else one built from Go modules.
source "$(dirname "$0")/lib.sh"

# The first one whose features the program can rely on: resource hooks, replace_with.
oldest=3.250.0
installer_url=https://get.pulumi.com
plugins=(docker "$@")
released=$cache/pulumi-$PULUMI_VERSION-released

# plugin_version PLUGIN
plugin_version() {
  case $1 in
    docker) echo "$DOCKER_PLUGIN_VERSION" ;;
    kubernetes) echo "$KUBERNETES_PLUGIN_VERSION" ;;
    *) die "there is no plugin $1" ;;
  esac
}

# The user's engine is one outside the cache: a shell that has this project's settings has ours on PATH.
user_pulumi() {
  local candidate
  while read -r candidate; do
    if [[ $candidate != "$cache"/* ]]; then
      echo "$candidate"
      return
    fi
  done < <(type -ap pulumi)
  return 1
}

# add_plugin PULUMI NAME [OPTION]...
add_plugin() {
  local version
  version=$(plugin_version "$2")
  [[ -d ${PULUMI_HOME:-$HOME/.pulumi}/plugins/resource-$2-v$version ]] ||
    working "installing Pulumi's plugin $2 $version" "$1" plugin install resource "$2" "$version" "${@:3}" >&2
}

# add_plugins PULUMI: the official ones
add_plugins() {
  local name
  for name in "${plugins[@]}"; do add_plugin "$1" "$name" || return; done
}

new_enough() {
  local version=${1#v}
  # Pre-releases of a version come before it.
  [[ $version == [0-9]*.*.* && $version != "$oldest"-* ]] &&
    printf '%s\n' "$oldest" "$version" | sort -c -t. -k1,1n -k2,2n -k3,3n 2>/dev/null
}

# print_own FOLDER: the lines for an engine in the cache.
print_own() {
  print_path "$1/bin"
  print_export PULUMI_HOME "$1/home"
}

use_user() {
  local pulumi bin version
  pulumi=$(user_pulumi) || return
  bin=$(dirname "$pulumi")
  version=$("$pulumi" version 2>/dev/null) || return
  new_enough "$version" || { say "$pulumi is $version, not $oldest or newer: passed over" && return 1; }
  [[ -x $bin/pulumi-language-python ]] || has pulumi-language-python || return
  add_plugins "$pulumi" || return
  say "Pulumi: $pulumi ($version)"
  print_path "$bin"
}

fetch_released() {
  local new=$1
  curl -fsSL --connect-timeout 3 --max-time 10 -o "$new/install.sh" "$installer_url" 2>/dev/null &&
    working "fetching Pulumi $PULUMI_VERSION" \
      sh "$new/install.sh" --version "$PULUMI_VERSION" --install-root "$new" --no-edit-path >&2 &&
    PULUMI_HOME=$new/home add_plugins "$new/bin/pulumi" &&
    mv "$new" "$released"
}

use_released() {
  if [[ ! -d $released ]]; then
    local new
    new=$(fresh_dir)
    if ! fetch_released "$new"; then
      rm -rf "$new"
      say "Pulumi's installer ($installer_url) cannot be used here"
      return 1
    fi
  fi
  PULUMI_HOME=$released/home add_plugins "$released/bin/pulumi" || return
  say "Pulumi: $PULUMI_VERSION from its installer, in $released"
  print_own "$released"
}

built_before() { compgen -G "$cache/pulumi-$PULUMI_VERSION-built-*" >/dev/null; }

export PULUMI_SKIP_UPDATE_CHECK=1
if use_user; then exit; fi
if [[ -d $released ]] || ! built_before; then
  if use_released; then exit; fi
fi
# shellcheck source=bare_machine/engine.sh
source "$bare_machine/engine.sh"
use_built

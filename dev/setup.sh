#!/usr/bin/env bash
# setup.sh PURPOSE [STACK]: makes this checkout ready: Pulumi engine, Docker daemon, Python packages, local state.
# PURPOSE is what the packages are for: the 'stack', 'cluster' (make cluster), or 'development', which installs all.
# What it found is written to .polypod/env, the shell lines that 'make env' prints.
source "$(dirname "$0")/lib.sh"

purpose=$1
stack=${2:-}
cluster=$cache/cluster
settings=$checkout/stacks/Pulumi.$stack.yaml
[[ -f $settings ]] || settings=$checkout/stacks/$stack.config.yaml

# stack_says SETTING: whether the stack's settings have this line, a regular expression after 'polypod:'.
stack_says() { grep -Eqs "^ *polypod:$1([^[:alnum:]_]|\$)" "$settings"; }

on_kubernetes() { stack_says 'target: *"?(kubernetes|aks)'; }

# polypod:aci.emulator, in a block or in braces, or the key that it had before.
on_emulator() { stack_says 'aciEmulator: *"?true' || grep -Eqs '(^|[ {,])emulator: *true' "$settings"; }

# packages: the options with which uv installs what the purpose needs; the engine has been chosen already.
packages() {
  local needs=()
  if [[ $purpose == development ]]; then return; fi
  needs+=(--no-dev --inexact)
  if [[ $engine == *"/pulumi-$PULUMI_VERSION-built-"* ]]; then needs+=(--group built-engine); fi
  if [[ $purpose == cluster ]] || { on_kubernetes && [[ -f $cluster/chosen ]]; }; then needs+=(--group cluster); fi
  if on_kubernetes; then needs+=(--extra kubernetes); fi
  if stack_says 'target: *"?aci' || stack_says azure:; then needs+=(--extra azure); fi
  if on_emulator; then needs+=(--extra aci-emulator); fi
  printf '%s\n' "${needs[@]}"
}

install_packages() {
  local options=() option
  while read -r option; do options+=("$option"); done < <(packages)
  set -- sync --locked --project "$checkout" ${options[@]+"${options[@]}"}
  if "$uv_dir/uv" "$@" --quiet --check 2>/dev/null; then
    say "Python packages: ready"
    return
  fi
  say "Python packages: uv sync ${*:5}"
  working "installing the Python packages" "$uv_dir/uv" "$@" >&2
}

one_at_a_time
# 9>&-: what these may leave running must not hold the lock.
uv_dir=$("$dev/uv.sh" 9>&-)
# macOS' bash 3.2 takes an empty array for an unset variable.
plugin=
if [[ -f $cluster/chosen ]] || on_kubernetes; then plugin=kubernetes; fi
engine=$("$dev/engine.sh" ${plugin:+"$plugin"} 9>&-)
daemon=$("$dev/daemon.sh" 9>&-)
install_packages 9>&-

mkdir -p "$local_dir/state"
if [[ ! -s $local_dir/passphrase ]]; then
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$local_dir/passphrase")
fi
{
  # shellcheck disable=SC2016  # for the shell that evaluates the line
  printf 'export PATH="$PATH":%q\n' "$uv_dir"
  echo "$engine"
  print_path "$checkout/.venv/bin"
  print_export PULUMI_BACKEND_URL "file://$local_dir/state"
  print_export PULUMI_CONFIG_PASSPHRASE_FILE "$local_dir/passphrase"
  print_export PULUMI_SKIP_UPDATE_CHECK 1
  print_export POLYPOD_CACHE "$cache"
  print_export POLYPOD_IMAGES "$local_dir/images.json"
  if [[ -n $daemon ]]; then echo "$daemon"; fi
  if [[ -f $cluster/chosen && $(<"$cluster/chosen") != yours ]]; then
    # A cluster that the user names goes before this one.
    # shellcheck disable=SC2016  # for the shell that evaluates the line
    printf 'export KUBECONFIG="${KUBECONFIG:-%s}"\n' "$cluster/kubeconfig"
  fi
  "$bare_machine/env.sh" 9>&-
} >"$local_dir/env.new"
mv "$local_dir/env.new" "$local_dir/env"

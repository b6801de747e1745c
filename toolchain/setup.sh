#!/usr/bin/env bash
# setup.sh [STACK]: makes this checkout ready: Python packages, Pulumi engine, Docker daemon, local state, the stack.
# What it found is written to .polypod/env, the shell lines that 'make env' prints.
source "$(dirname "$0")/lib.sh"

cluster=$cache/cluster

# wants_kubernetes [STACK]: whether 'make cluster' has chosen a cluster, or the stack's target is one.
wants_kubernetes() {
  local files=("$checkout/stacks/"{"Pulumi.${1:-}","${1:-}.config"}.yaml)
  [[ -f $cluster/chosen ]] || grep -Eqs '^ *polypod:target: *"?(kubernetes|aks)([^[:alnum:]_]|$)' "${files[@]}"
}

one_at_a_time
# 9>&-: what these may leave running must not hold the lock.
uv_dir=$("$toolchain/uv.sh" 9>&-)
if [[ ! -d $checkout/.venv ]]; then say "installing the Python packages"; fi
"$uv_dir/uv" sync --quiet --locked --project "$checkout" >&2
# macOS' bash 3.2 takes an empty array for an unset variable.
plugin=
if wants_kubernetes "$@"; then plugin=kubernetes; fi
engine=$("$toolchain/engine.sh" ${plugin:+"$plugin"} 9>&-)
daemon=$("$toolchain/daemon.sh" up 9>&-)

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
  if kubectl=$(compgen -G "$cache/kubernetes-$KUBERNETES_VERSION-*/bin"); then
    # shellcheck disable=SC2016  # for the shell that evaluates the line
    printf 'export PATH="$PATH":%q\n' "${kubectl##*$'\n'}"
  fi
  if compose=$(compgen -G "$cache/docker-compose-$COMPOSE_VERSION-*/docker-compose"); then
    print_export POLYPOD_COMPOSE "${compose##*$'\n'}"
  fi
} >"$local_dir/env.new"
if (($#)); then
  # shellcheck disable=SC1091  # written above
  (source "$local_dir/env.new" && python "$toolchain/stack.py" configure "$1" >&2 9>&-)
fi
mv "$local_dir/env.new" "$local_dir/env"

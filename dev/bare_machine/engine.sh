# shellcheck shell=bash
# The Pulumi engine, its Python host and its plugins, built from Go modules. Sourced by dev/engine.sh, not run.
# shellcheck disable=SC2154  # dev/engine.sh sets the plugins
source "$bare_machine/build.sh"

# version_variable PLUGIN: where it wants its version put.
version_variable() {
  case $1 in
    docker) echo main.version ;;
    kubernetes) echo github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version ;;
  esac
}

use_built() {
  local pulumi host name version providers=() sdk dir new
  local version_flag=github.com/pulumi/pulumi/sdk/v3/go/common/version.Version
  build pulumi "$PULUMI_VERSION" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi "-X $version_flag=v$PULUMI_VERSION"
  pulumi=$REPLY
  build pulumi-language-python "$HOST_VERSION" \
    github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python "-X $version_flag=v$PULUMI_VERSION"
  host=$REPLY
  for name in "${plugins[@]}"; do
    version=$(plugin_version "$name")
    build "pulumi-resource-$name" "$version" . "-X $(version_variable "$name")=$version"
    providers+=("$REPLY/pulumi-resource-$name")
  done
  # The same programs have the same folder.
  dir=$cache/pulumi-$PULUMI_VERSION-built-$(echo "$pulumi $host ${providers[*]%/*}" | short_hash)
  if [[ ! -d $dir ]]; then
    new=$(fresh_dir)
    mkdir "$new/bin"
    ln "$pulumi/pulumi" "$host/pulumi-language-python" "$new/bin/"
    sdk=$(cd "$modules/pulumi" && GOWORK=off go list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)
    install -m 755 "$sdk/python/cmd/pulumi-language-python-exec" "$new/bin/"
    for name in "${!plugins[@]}"; do
      PULUMI_HOME=$new/home add_plugin "$new/bin/pulumi" "${plugins[$name]}" --file "${providers[$name]}"
    done
    mv "$new" "$dir"
  fi
  say "Pulumi: $PULUMI_VERSION, built from Go modules, in $dir"
  print_own "$dir"
  print_export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION true
}

#!/usr/bin/env bash
# Prints a Go build overlay that lays the schema, too big to keep here, from the provider's module next to main.go.
set -euo pipefail
cd "$(dirname "$0")"
export GOWORK=off
module=github.com/pulumi/pulumi-kubernetes/provider/v4
go mod download "$module" >&2
dir=$(go list -m -f '{{.Dir}}' "$module")/cmd/pulumi-resource-kubernetes
printf '{"Replace": {"%s": "%s", "%s": "%s"}}\n' \
  "$PWD/schema.json" "$dir/schema.json" "$PWD/terraform-mapping.json" "$dir/terraform-mapping.json"

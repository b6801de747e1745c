#!/usr/bin/env bash
# Prints the shell lines for the programs that were built here, if any: kubectl and Docker Compose.
source "$(dirname "$0")/../lib.sh"
source "$bare_machine/build.sh"

if kubectl=$(compgen -G "$cache/kubernetes-$KUBERNETES_VERSION-*/bin"); then
  # shellcheck disable=SC2016  # for the shell that evaluates the line
  printf 'export PATH="$PATH":%q\n' "${kubectl##*$'\n'}"
fi
if compose=$(compgen -G "$cache/docker-compose-$COMPOSE_VERSION-*/docker-compose"); then
  print_export POLYPOD_COMPOSE "${compose##*$'\n'}"
fi

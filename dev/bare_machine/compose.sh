#!/usr/bin/env bash
# Builds the official Docker Compose, with which 'make bench' compares.
source "$(dirname "$0")/../lib.sh"
source "$bare_machine/build.sh"

one_at_a_time
build docker-compose "$COMPOSE_VERSION" github.com/docker/compose/v2/cmd \
  "-X github.com/docker/compose/v2/internal.Version=v$COMPOSE_VERSION"

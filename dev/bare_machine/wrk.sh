#!/usr/bin/env bash
# Installs wrk, with which 'make bench' loads the gateway.
source "$(dirname "$0")/../lib.sh"

has wrk || debian_install "wrk, with which the gateway is loaded, is missing" wrk

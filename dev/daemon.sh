#!/usr/bin/env bash
# A Docker daemon answers afterwards; prints the DOCKER_HOST line that podman needs.
source "$(dirname "$0")/lib.sh"

answers() { docker version >/dev/null 2>&1; }

mac() { [[ $(uname -s) == Darwin ]]; }

install_docker() {
  if mac; then
    die "there is no Docker here. Install and start Docker Desktop, OrbStack or Colima (brew install docker colima)"
  fi
  debian_install "there is no Docker here" docker.io containerd runc iptables
}

# podman_socket: where podman, whose 'docker' answers without any daemon, serves the API of Docker.
podman_socket() {
  if mac; then
    podman machine inspect --format '{{.ConnectionInfo.PodmanSocket.Path}}'
  else
    docker info --format '{{.Host.RemoteSocket.Path}}'
  fi 2>/dev/null
}

use_podman() {
  local socket
  socket=$(podman_socket) || socket=
  socket=${socket#unix://}
  [[ -S $socket ]] || die "this docker is podman's, and nothing listens on its socket ${socket:-(none)}. \
Run 'systemctl --user start podman.socket', or on macOS 'podman machine start'; or install Docker"
  say "Docker: podman's socket $socket; not all that Docker does has been tried with it"
  print_export DOCKER_HOST "unix://$socket"
}

# start_default: starts what the default socket belongs to, where this user may.
start_default() {
  local context reason
  context=$(docker context show 2>/dev/null) || context=default
  if [[ $context == default ]] && ! mac && ((EUID == 0)); then
    if ! has dockerd; then install_docker; fi
    if [[ -d /run/systemd/system ]]; then
      say "Docker: starting its service"
      systemctl start docker
    else
      "$bare_machine/daemon.sh" up
    fi
    return
  fi
  reason=$(docker version 2>&1 | tail -n 1) || true
  if mac; then
    die "no Docker daemon answers in the context '$context': $reason
Start Docker Desktop, OrbStack or Colima, and see that 'docker version' works for you"
  fi
  die "no Docker daemon answers in the context '$context': $reason
Start Docker (sudo systemctl start docker, or Docker Desktop) and see that 'docker version' works for you. \
Where only Docker's command line is installed: sudo apt-get install docker.io, or see https://docs.docker.com/engine/install"
}

if ! has docker; then install_docker; fi
if [[ -z ${DOCKER_HOST:-} && $(docker --version 2>/dev/null) == *podman* ]]; then
  use_podman
elif answers; then
  say "Docker: a daemon answers${DOCKER_HOST:+ at $DOCKER_HOST}"
elif [[ -n ${DOCKER_HOST:-} ]]; then
  die "no Docker daemon answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST"
else
  start_default
fi

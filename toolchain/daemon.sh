#!/usr/bin/env bash
# daemon.sh up: a Docker daemon answers afterwards; prints the DOCKER_HOST line that podman needs.
# daemon.sh down: stops the daemon that "up" started, and no other.
source "$(dirname "$0")/lib.sh"

run=$cache/run
log=$run/dockerd.log
pid_file=$run/dockerd.pid

answers() { docker version >/dev/null 2>&1; }
is() { [[ -f $1 && $(cat "/proc/$(<"$1")/comm" 2>/dev/null) == "$2" ]]; }

# After a crash these files can name a process that is something else by now; dockerd would refuse to start.
forget_dead() {
  is /var/run/docker.pid dockerd || rm -f /var/run/docker.pid
  is /var/run/docker/containerd/containerd.pid containerd || rm -f /var/run/docker/containerd/containerd.pid
}

give_up() {
  die "dockerd $1. The end of $log: $(tail -n 15 "$log")
Mend what it names and run this again, or start Docker yourself"
}

launch() {
  say "starting dockerd (log: $log)"
  mkdir -p "$run"
  forget_dead
  # Half of the processors, and less collecting of garbage, leave more to what runs in the containers.
  GOMAXPROCS=${GOMAXPROCS:-$((($(nproc) + 1) / 2))} GOGC=${GOGC:-400} setsid dockerd >"$log" 2>&1 </dev/null &
  echo $! >"$pid_file"
}

start() {
  is "$pid_file" dockerd || launch
  local started
  started=$(<"$pid_file")
  for _ in {1..120}; do
    if answers; then return; fi
    kill -0 "$started" 2>/dev/null || give_up "has ended"
    sleep 0.5
  done
  give_up "does not answer yet"
}

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
  say "using podman's socket: not all that Docker does has been tried with it"
  print_export DOCKER_HOST "unix://$socket"
}

# start_default: starts what the default socket belongs to, where this user may.
start_default() {
  local context reason
  context=$(docker context show 2>/dev/null) || context=default
  if [[ $context == default ]] && ! mac && ((EUID == 0)); then
    if ! has dockerd; then install_docker; fi
    if [[ -d /run/systemd/system ]]; then systemctl start docker; else start; fi
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

up() {
  if ! has docker; then install_docker; fi
  if [[ -z ${DOCKER_HOST:-} && $(docker --version 2>/dev/null) == *podman* ]]; then
    use_podman
    return
  fi
  if answers; then return; fi
  [[ -z ${DOCKER_HOST:-} ]] || die "no Docker daemon answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST"
  start_default
}

down() {
  if is "$pid_file" dockerd; then
    local pid
    pid=$(<"$pid_file")
    kill "$pid"
    while [[ -d /proc/$pid && $(cat "/proc/$pid/comm") == dockerd ]]; do sleep 0.2; done
    say "stopped dockerd ($pid)"
  else
    say "no dockerd was started from here"
  fi
  rm -f "$pid_file"
}

"$1"

#!/usr/bin/env bash
# daemon.sh up: a Docker daemon answers afterwards; prints the DOCKER_HOST line where one is needed.
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

up() {
  if ! has docker || { ! answers && [[ -z ${DOCKER_HOST:-} ]] && ! has dockerd; }; then
    debian_install "there is no Docker here" docker.io containerd runc iptables
  fi
  if ! answers; then
    [[ -z ${DOCKER_HOST:-} ]] || die "no Docker daemon answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST"
    if ! has dockerd || ((EUID != 0)); then
      die "no Docker daemon answers: $(docker version 2>&1 | tail -n 1)
Start Docker (sudo systemctl start docker, or Docker Desktop) and see that 'docker version' works for you"
    fi
    if [[ -d /run/systemd/system ]]; then systemctl start docker; else start; fi
  fi
  # Pulumi's Docker provider does not know the contexts of Docker's command line, only DOCKER_HOST.
  local endpoint
  endpoint=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null)
  [[ $endpoint == unix:///var/run/docker.sock ]] || print_export DOCKER_HOST "$endpoint"
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

#!/usr/bin/env bash
# daemon.sh up: starts dockerd as root where no systemd does, and waits until it answers.
# daemon.sh down: stops the daemon that "up" started, and no other.
source "$(dirname "$0")/../lib.sh"

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
  say "Docker: starting dockerd (log: $log)"
  mkdir -p "$run"
  forget_dead
  # Half of the processors, and less collecting of garbage, leave more to what runs in the containers.
  GOMAXPROCS=${GOMAXPROCS:-$((($(nproc) + 1) / 2))} GOGC=${GOGC:-400} setsid dockerd >"$log" 2>&1 </dev/null &
  echo $! >"$pid_file"
}

up() {
  is "$pid_file" dockerd || launch
  local started half_seconds
  started=$(<"$pid_file")
  for half_seconds in {1..120}; do
    if answers; then return; fi
    kill -0 "$started" 2>/dev/null || give_up "has ended"
    sleep 0.5
    ((half_seconds % 10)) || say "  waiting for dockerd: $((half_seconds / 2)) s"
  done
  give_up "does not answer yet"
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

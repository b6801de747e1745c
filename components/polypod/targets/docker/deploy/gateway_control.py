"""Control a running gateway: reload its configuration, and drain replicas that are replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address

from polypod.errors import DeploymentError, Problem
from polypod.targets.docker.deploy.client import Daemon
from polypod.targets.docker.deploy.container_state import ContainerState
from polypod.targets.docker.deploy.owners import ROLE
from polypod.targets.docker.plan import records
from polypod.targets.shared.plan.nginx.configuration import KEPT_SECONDS
from polypod.targets.shared.plan.nginx.pod import RESOLVES_WITHIN
from polypod.targets.shared.plan.nginx.start import CANDIDATE, CONFIGURATION, CONFIGURE

RELOAD = rf"""
sh {CONFIGURE} || exit 3
for mark; do
  server="server ${{mark%%=*}}:" address=${{mark#*=}}
  case $mark in
    *=) edit="/^ *$server/s/;\$/ down;/" ;;
    *=+*) edit="s/^\( *\)$server\(.*\) resolve;\$/&\n\1server ${{address#+}}:\2;/" ;;
    *) edit="s/^\( *\)$server\(.*\) resolve;\$/\1server $address:\2;/" ;;
  esac
  sed -i "$edit" {CANDIDATE}
done
cmp -s {CANDIDATE} {CONFIGURATION} && exit
workers=$(grep -ls '^nginx: worker process' /proc/[0-9]*/cmdline)
nginx -tqc {CANDIDATE} >/proc/1/fd/2 2>&1 || exit 4
cp {CONFIGURATION} {CONFIGURATION}.old && mv {CANDIDATE} {CONFIGURATION} || exit 4
if ! nginx -c {CONFIGURATION} -s reload; then
  mv {CONFIGURATION}.old {CONFIGURATION}
  exit 4
fi
for worker in $workers; do
  while grep -qs '^nginx: worker process' $worker && ! grep -qs 'shutting down' $worker; do sleep 0.1; done
done
"""
"""Writes the configuration with some hosts marked, as ``host=``: down; ``host=address``: at that address, whatever the
name resolves to; ``host=+address``: there too. Ends when no worker serves an older configuration; workers that shut
down answer what they have begun. nginx that restarts after a crash starts without marks."""

_DRAINED = """
idle=$3
while [ $idle -gt 0 ] && grep -qs '^nginx: worker process is shutting down' /proc/[0-9]*/cmdline; do
  idle=$((idle - 1))
  sleep 0.1
done
left=$2
while grep -qE " ($1):[0-9A-F]+ 01 " /proc/net/tcp; do
  left=$((left - 1)); [ $left -gt 0 ] || exit 1
  sleep 0.1
done
"""
"""Ends when no connection to given addresses is established, or after as many tenths of a second as it is told. Before,
it gives old workers the time in which they still take requests on connections that clients have kept."""

_REFUSED = 4
_LOG_LINES = 5
_PAUSE = 0.05


class GatewayControl:
    """The gateway of a component that is updated, if it was there before.

    Args:
        daemon: The daemon to ask.
        plan: The plan of the component.
        there: The containers of the component before the update.
    """

    def __init__(self, daemon: Daemon, plan: records.Plan, there: Mapping[str, ContainerState]) -> None:
        self._daemon = daemon
        self._labels = plan.labels
        self._there = there
        self._names = {container.name for container in plan.containers()}
        self._pod = next((pod for pod in plan.pods if pod.finds_seconds), None)
        self._routed = {pod.key: pod for pod in plan.pods if self._pod and pod.name in self._pod.waits_for}
        self._marks: dict[str, str] = {}
        self._aside: dict[str, ContainerState] = {}
        self._lock = threading.Lock()

    def drain(self, state: ContainerState) -> None:
        """Let the gateway send nothing more to the pod of a container, and wait until it has answered what it got.

        Nothing is done where no other replica could answer in its place.

        Args:
            state: A live container of a pod.
        """
        key = key_of(state)
        pod = self._routed.get(key)
        if pod is None or not self._gateway():
            return
        with self._lock:
            if key not in self._marks and not (self._others(pod) and self._mark(key, "")):
                return
        self._wait_for_answers(self._pod_of(state))

    def keep(self, state: ContainerState) -> bool:
        """Let the gateway send to a container, and to no other of its name, until its successor is ready.

        Args:
            state: A live container that is all of its pod.

        Returns:
            Whether the pod starts first, and the gateway knows.
        """
        key = key_of(state)
        pod, address = self._routed.get(key), next(iter(state.addresses), "")
        if pod is None or not pod.start_first or not address or not self._gateway():
            return False
        with self._lock:
            if not self._mark(key, address):
                return False
        self._aside[key] = state
        return True

    def restore(self, pod: records.Pod, made: float) -> None:
        """Let the gateway send to a pod again that is ready, and end its predecessor where that is still there.

        Args:
            pod: The pod.
            made: When its containers were made, by the monotonic clock.
        """
        if pod.key not in self._marks:
            return
        old = self._aside.pop(pod.key, None)
        if old is not None:
            self._switch(pod, old)
            made = time.monotonic()
        time.sleep(max(0, made + RESOLVES_WITHIN - time.monotonic()))
        with self._lock:
            del self._marks[pod.key]
            self._reload()

    def _switch(self, pod: records.Pod, old: ContainerState) -> None:
        """Let the gateway send to the new container of a pod, and stop the old one when it has answered.

        While both have the name, the gateway goes by the address; when the old one is gone, by both, so that it knows
        what the name resolves to before it goes by that alone.
        """
        new = self._daemon.inspect(pod.members[0].name)
        address = next(iter(new.addresses), "") if new else ""
        with self._lock:
            self._mark(pod.key, address)
        self._wait_for_answers([old])
        self._daemon.stop_container(old.id, pod.members[0].stop_seconds)
        self._daemon.remove_container(old.id)
        with self._lock:
            self._mark(pod.key, f"+{address}")

    def settle(self) -> None:
        """Let the gateway reload its configuration, and answer what those have begun that are removed after this.

        Raises:
            DeploymentError: nginx refuses the configuration; it goes on with the one it has.
        """
        gateway = self._gateway()
        if not gateway:
            return
        with self._lock:
            self._marks.clear()
            code = self._reload()
        if code == _REFUSED:
            log = self._daemon.logs(gateway, _LOG_LINES)
            what = f"nginx refuses its new configuration, and goes on with the old one:\n    {log}"
            raise DeploymentError(
                [Problem("PP342", "gateway", what, "take the last change of the routes back, and report this")]
            )
        self._wait_for_answers(state for state in self._there.values() if state.name not in self._names)

    def _gateway(self) -> str:
        """The id of the gateway's container; empty where there was none before, or it was replaced."""
        record = self._pod.members[-1] if self._pod else None
        state = self._there.get(record.name) if record else None
        return state.id if state and state.running and self._daemon.inspect(state.id) else ""

    def _mark(self, key: str, mark: str) -> bool:
        """Whether the gateway heeds a mark; where it cannot be told, there is none."""
        before = dict(self._marks)
        self._marks[key] = mark
        if self._reload() == 0:
            return True
        self._marks = before
        return False

    def _others(self, pod: records.Pod) -> bool:
        """Whether another replica of a pod can answer, if only until it is removed."""
        live = self._daemon.containers({**self._labels, "dev.polypod.pod": pod.name})
        serving = (state for state in live if state.running and state.labels.get(ROLE) in ("main", "peer"))
        return any(key_of(state) not in {*self._marks, pod.key} for state in serving)

    def _pod_of(self, state: ContainerState) -> list[ContainerState]:
        """The containers of a container's pod, one of which has its address."""
        same = {label: state.labels.get(label, "") for label in ("dev.polypod.pod", "dev.polypod.replica")}
        return self._daemon.containers({**self._labels, **same})

    def _reload(self) -> int:
        return self._run(RELOAD, *(f"{self._routed[key].host}={mark}" for key, mark in sorted(self._marks.items())))

    def _wait_for_answers(self, states: Iterable[ContainerState]) -> None:
        addresses = [_as_kernel_writes(address) for state in states for address in state.addresses]
        if addresses and self._pod is not None:
            tenths = (10 * self._pod.answers_seconds, 10 * KEPT_SECONDS)
            self._run(_DRAINED, "|".join(sorted(addresses)), *map(str, tenths))

    def _run(self, script: str, *arguments: str) -> int:
        """The exit code of a script in the gateway's container; -1 where it cannot run."""
        gateway = self._gateway()
        run = self._daemon.start_command(gateway, ["sh", "-c", script, "sh", *arguments]) if gateway else None
        if run is None:
            return -1
        while (code := self._daemon.exit_code(run)) is None:
            time.sleep(_PAUSE)
        return code


def key_of(state: ContainerState) -> str:
    """The key of the copy of a pod that a container belongs to."""
    return "-".join(state.labels.get(f"dev.polypod.{label}", "") for label in ("pod", "replica"))


def _as_kernel_writes(address: str) -> str:
    """An address as ``/proc/net/tcp`` has it: hexadecimal, the last byte first."""
    return IPv4Address(address).packed[::-1].hex().upper()

"""Init containers: steps that must be over before a pod starts."""

from __future__ import annotations

from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.patterns.images import BUSYBOX, NOBODY

_WAIT = 'until nc -w 2 "$0" "$1" -e true; do echo "waiting for $0:$1"; sleep 1; done; echo "$0:$1 answers"'


def wait_for(pod: Workload, *, image: str = BUSYBOX) -> Container:
    """An init container that ends as soon as another pod accepts connections on its first port.

    Pods already wait for the readiness of the pods they refer to while ``pulumi up`` runs. This one also
    holds when the platform restarts the pod later.

    Args:
        pod: The pod to wait for.
        image: An image that holds ``sh`` and BusyBox's ``nc``.
    """
    name = f"wait-for-{pod.name}"[:50].rstrip("-")
    return Container(
        name, image=image, command=["sh", "-c", _WAIT], args=[pod.host, pod.port], user=NOBODY, group=NOBODY
    )

"""Fields of the model that Azure's requests have no word for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from polypod.model.container import Container
from polypod.model.pod import Workload
from polypod.targets.base import Finding, Verdict


@attrs.frozen
class Lost:
    """What becomes of a field that is set.

    Args:
        verdict: How much of it is lost.
        what: Why.
        fix: What to do instead.
    """

    verdict: Verdict
    what: str
    fix: str


_OF_PODS: Mapping[str, Lost] = {
    "extra_hosts": Lost(
        Verdict.REJECTED,
        "container groups take no names for their hosts file",
        "write the addresses where the program reads them, or use names that a DNS server knows",
    ),
}
_OF_CONTAINERS: Mapping[str, Lost] = {
    "shm_size": Lost(
        Verdict.DEGRADED,
        "Azure chooses the size of /dev/shm",
        "mount a ScratchVolume at /dev/shm, which is a disk, or at another directory that the program can use",
    ),
    "allow_privilege_escalation": Lost(
        Verdict.DEGRADED,
        "Azure decides whether a process may gain more rights, and takes a wish for confidential groups only",
        "start the image as the user that has the rights",
    ),
}


def lost_of_pod(path: str, pod: Workload) -> Iterator[Finding]:
    """What is lost of the fields of a pod.

    Args:
        path: Its place in the model.
        pod: The pod.
    """
    yield from _lost(path, pod, _OF_PODS)


def lost_of_container(path: str, container: Container) -> Iterator[Finding]:
    """What is lost of the fields of a container.

    Args:
        path: Its place in the model.
        container: The container.
    """
    yield from _lost(path, container, _OF_CONTAINERS)


def _lost(path: str, item: object, table: Mapping[str, Lost]) -> Iterator[Finding]:
    for field, lost in table.items():
        if getattr(item, field):
            yield Finding(f"{path}.{field}", None, lost.verdict, lost.what, lost.fix)

"""The claims of single replicas, which bear the names of their volume, of their pod and of the replica."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NUMBERED = re.compile(r"(.+)-\d+")


def stem(volume: str, pod: str) -> str:
    """What the claims of all replicas of a pod for a volume have in common.

    Args:
        volume: The name of the volume.
        pod: The name of the pod.
    """
    return f"{volume}-{pod}"


def stem_of(claim: str) -> str:
    """What a claim has in common with those of other replicas; empty where it is none of a replica.

    Args:
        claim: The name of the claim.
    """
    found = _NUMBERED.fullmatch(claim)
    return found[1] if found else ""


def by_stem(claims: Iterable[str]) -> Mapping[str, list[str]]:
    """The claims of replicas, by what those of one pod and volume have in common.

    Args:
        claims: The names of claims.
    """
    found: dict[str, list[str]] = {}
    for claim in claims:
        found.setdefault(stem_of(claim), []).append(claim)
    return found

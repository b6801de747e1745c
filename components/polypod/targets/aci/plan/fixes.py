"""Codes and fixes for the limits of Azure that a valid program can exceed."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Fix:
    """The fix for a limit.

    Args:
        code: The code of the finding.
        text: What to do.
    """

    code: str
    text: str


_FEWER = "use fewer, or several pods with the placement 'separate'"

FIXES: Mapping[str, Fix] = {
    "container-names-unique": Fix("PP540", "rename one of the containers"),
    "containers-max": Fix("PP541", _FEWER),
    "init-containers-max": Fix("PP542", _FEWER),
    "spot-address": Fix("PP543", "leave the pod out of polypod:aci.spot: a pod on spare capacity cannot be reached"),
    "group-maximum": Fix("PP544", "ask for less, use several pods, or use another target for it"),
    "ports-unique": Fix("PP545", "let one of the two listen on another port, or use the placement 'separate'"),
    "address-ports-max": Fix("PP546", "list or publish fewer ports, or put a gateway before them"),
    "address-ports-unique": Fix("PP547", "let one of the two listen on another port"),
    "port-reserved": Fix(
        "PP548",
        "let the program listen on another port: not 22, 1025-1027, 3389-3399, 9999, 19000, 19080, 19100, "
        "19390, 20000-30000, 49152-65534",
    ),
    "environment-name": Fix("PP549", "use a name of at most 63 letters, digits and underscores"),
    "volumes-max": Fix("PP550", _FEWER),
    "mount-once": Fix("PP551", "mount the volume once, at a directory that holds both"),
    "mount-path": Fix("PP552", "use a path without a colon"),
    "secret-file": Fix("PP553", "use a file name of at most 253 letters, digits, hyphens, dots and underscores"),
    "registry-server": Fix(
        "PP554", "write the host as it is: letters, digits, hyphens and dots, and a port of at most five digits"
    ),
}
REPORT = Fix("PP559", "this is a mistake in polypod, which should not have asked for it: please report it")

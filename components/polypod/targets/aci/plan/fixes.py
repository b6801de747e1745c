"""What to do about each limit of Azure that a valid program can break."""

from __future__ import annotations

from collections.abc import Mapping

_FEWER = "use fewer, or several pods with the placement 'separate'"

FIXES: Mapping[str, str] = {
    "container-names-unique": "rename one of the containers",
    "containers-max": _FEWER,
    "init-containers-max": _FEWER,
    "spot-address": "leave the pod out of polypod:aci.spot: a pod on spare capacity cannot be reached",
    "group-maximum": "ask for less, use several pods, or use another target for it",
    "ports-unique": "let one of the two listen on another port, or use the placement 'separate'",
    "address-ports-max": "list or publish fewer ports, or put a gateway before them",
    "address-ports-unique": "let one of the two listen on another port",
    "port-reserved": "let the program listen on another port: not 22, 1025-1027, 3389-3399, 9999, 19000, 19080, 19100, "
    "19390, 20000-30000, 49152-65534",
    "environment-name": "use a name of at most 63 letters, digits and underscores",
    "volumes-max": _FEWER,
    "mount-once": "mount the volume once, at a directory that holds both",
    "mount-path": "use a path without a colon",
    "secret-file": "use a file name of at most 253 letters, digits, hyphens, dots and underscores",
    "registry-server": "write the host as it is: letters, digits, hyphens and dots, and a port of at most five digits",
}
REPORT = "this is a mistake in polypod, which should not have asked for it: please report it"

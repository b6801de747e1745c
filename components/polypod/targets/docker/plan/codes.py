"""The codes of what Docker forbids beyond the features it lacks, and of what goes wrong on its daemon."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code
from polypod.checks.codes.programs import gateway, other, pod, web

_LOGIN = 'RegistryCredentials(server="a.io", username="{}", password=Secret("x"))'


def _logins(one: str, two: str) -> str:
    pods = ((web(), one), (other(), two))
    return gateway(pods=tuple(pod(f"registries=[{_LOGIN.format(user)}]", main=main) for main, user in pods))


CODES: Sequence[Code] = (
    Code(
        "PP301",
        "two logins for the same registry",
        "The Docker provider has one login per registry, so the other one would be ignored.",
        _logins("me", "you"),
        _logins("me", "me"),
    ),
    Code(
        "PP302",
        "an update that cannot start the new copy first",
        "Two copies cannot run side by side without a gateway that can be told which one to ask, or where only one can "
        "have a port or a volume: the old one stops first.",
        pod('update="start-first"'),
        pod('update="stop-first"'),
        kind="warning",
    ),
    Code(
        "PP303",
        "an empty argument for the image's own entrypoint",
        "The Docker provider drops it; with a command, it is passed on.",
        web('args=["-c", ""]'),
        web('command=["nginx"]', 'args=["-c", ""]'),
    ),
    Code(
        "PP304",
        "less than 6 MiB of memory",
        "Docker takes no less.",
        web('resources=Resources(memory="4Mi")'),
        web('resources=Resources(memory="6Mi")'),
    ),
    Code(
        "PP305",
        "a host port that is published twice",
        "Only one container can listen on it.",
        web("ports=[Port(80, publish=8080), Port(81, publish=8080)]"),
        web("ports=[Port(80, publish=8080), Port(81, publish=8081)]"),
    ),
    Code(
        "PP306",
        "replicas that publish a port",
        "Only one container can listen on a port of the machine; a gateway stands before several.",
        pod("replicas=2", main=web("port=Port(80, publish=8080)")),
        gateway('routes=[Route("/", "web")]', pods=(pod("replicas=2", main=web("port=80")),)),
    ),
    Code(
        "PP330",
        "an explicit Docker provider",
        "polypod makes its own, for the daemon that the stack's config or `docker` itself names.",
    ),
    Code(
        "PP331",
        "two components whose resources have the same name",
        "The names of networks, volumes and containers hold the name of the component, and these two run together.",
    ),
    Code("PP332", "two components that publish one port", "Only one container can listen on it."),
    Code("PP333", "an image that is not there", "Neither the daemon nor the registry has it, or you may not pull it."),
    Code("PP334", "a port of the machine that is taken", "The message says by which program or container."),
    Code(
        "PP335",
        "a missing host path",
        "Docker would make it, as an empty directory that belongs to root.",
    ),
    Code(
        "PP336",
        "data that another component has taken over",
        "Components that are made in an apply() are not known when others take over what nobody declares any more.",
    ),
    Code("PP340", "a container that failed", "What Docker says of it, its last lines, and the likely cause."),
    Code("PP341", "the daemon refuses", "What Docker said, and the likely cause where it is a known one."),
    Code("PP342", "nginx refuses its new configuration", "The gateway goes on with the old one."),
    Code(
        "PP350",
        "a port that this machine cannot reach",
        "It is published on the loopback address of the machine that the daemon runs on.",
        kind="notice",
    ),
)

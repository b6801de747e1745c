"""The codes of the limits of Azure that a valid program can break."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code, Example
from polypod.checks.codes.programs import gateway, mounting, other, pod, web

_TOGETHER = {"polypod:aci": {"placement": "group"}}


def _many(count: int) -> str:
    container = 'Container(f"c{i}", image="nginx:1.29", resources=Resources("20m", "64Mi"))'
    return f'Group("many", peers=[{container} for i in range({count})])'


def _initialized(count: int) -> str:
    return pod(f'init=[Container(f"i{{i}}", image="nginx:1.29") for i in range({count})]')


def _mounts(count: int) -> str:
    return web(f'mounts=[Mount(f"/m{{i}}", ScratchVolume(f"v{{i}}")) for i in range({count})]')


def _named(helper: str) -> Example:
    """Pods of one group whose containers have names of their own, if the helper of the third has."""
    log = 'Container("log", image="busybox:1.37")'
    pods = [f'Group("{name}", peers=[Container("{name}", image="nginx:1.29"), {log}])' for name in ("a", "b")]
    pods.append(f'Group("c", peers=[Container("c", image="nginx:1.29"), Container("{helper}", image="busybox:1.37")])')
    return Example(gateway(pods=tuple(pods)), _TOGETHER)


def _ports(one: int, two: int) -> Example:
    return Example(gateway(pods=(pod(main=web(f"port={one}")), pod(main=other(f"port={two}")))), _TOGETHER)


LIMITS: Sequence[Code] = (
    Code(
        "PP540",
        "two containers of one name in a group",
        "Containers that several pods name alike get the name of their pod before their own.",
        _named("a-log"),
        _named("logs"),
    ),
    Code("PP541", "too many containers in a group", "Azure takes 60.", _many(61), _many(60)),
    Code("PP542", "too many init containers in a group", "Azure takes 59.", _initialized(60), _initialized(59)),
    Code(
        "PP543",
        "an address on spare capacity",
        "A container group on spare capacity cannot be reached.",
        Example(web("port=Port(80, publish=80)"), {"polypod:aci": {"spot": ["web"]}}),
        Example(web(), {"polypod:aci": {"spot": ["web"]}}),
    ),
    Code(
        "PP544",
        "more than a group can have",
        "A container group has up to 31 CPUs and 240 GB, on spare capacity 4 and 16.",
        web("resources=Resources(cpu=32)"),
        web("resources=Resources(cpu=31)"),
    ),
    Code(
        "PP545",
        "two containers of a group on one port",
        "They share one network.",
        _ports(80, 80),
        _ports(80, 81),
    ),
    Code(
        "PP546",
        "more than five ports of one address",
        "Azure takes no more.",
        web("ports=[Port(i, publish=i) for i in range(1, 7)]"),
        web("ports=[Port(i, publish=i) for i in range(1, 6)]"),
    ),
    Code(
        "PP547",
        "a port that is published twice",
        "With the placement 'group', all that is published has one address.",
        Example(
            gateway("port=80", 'routes=[Route("/", "web")]', pods=(pod(main=web("port=Port(80, publish=80)")),)),
            _TOGETHER,
        ),
        Example(
            gateway("port=80", 'routes=[Route("/", "web")]', pods=(pod(main=web("port=Port(81, publish=81)")),)),
            _TOGETHER,
        ),
    ),
    Code(
        "PP548",
        "a port that Azure keeps for itself",
        "The message lists them.",
        web("port=Port(9999, publish=9999)"),
        web("port=Port(9998, publish=9998)"),
    ),
    Code(
        "PP549",
        "not the name of a variable",
        "Azure takes at most 63 letters, digits and underscores, with no digit first.",
        web('env={"LOG-LEVEL": "debug"}'),
        web('env={"LOG_LEVEL": "debug"}'),
    ),
    Code("PP550", "too many volumes in a group", "Azure takes 20.", _mounts(21), _mounts(20)),
    Code(
        "PP551",
        "a volume that a container mounts twice",
        "Azure takes one place for each volume.",
        web('mounts=[Mount("/a", ScratchVolume("data")), Mount("/b", ScratchVolume("data"))]'),
        web('mounts=[Mount("/data", ScratchVolume("data"))]'),
    ),
    Code(
        "PP552",
        "a colon in a path",
        "Azure takes none where a volume is mounted.",
        mounting('ConfigVolume("data", {"a:b/c": "d"})'),
        mounting('ConfigVolume("data", {"a-b/c": "d"})'),
    ),
    Code(
        "PP553",
        "not the name of a secret file",
        "Azure takes at most 253 letters, digits, hyphens, dots and underscores.",
        mounting('ConfigVolume("data", {"a b": "c"})'),
        mounting('ConfigVolume("data", {"a-b": "c"})'),
    ),
    Code(
        "PP554",
        "not the host of a registry",
        "Azure takes letters, digits, hyphens and dots.",
        pod('registries=[RegistryCredentials(server="-a.io", username="me", password=Secret("x"))]'),
        pod('registries=[RegistryCredentials(server="a.io", username="me", password=Secret("x"))]'),
    ),
    Code("PP559", "a mistake in polypod", "It asks Azure for what Azure does not take: please report it."),
)

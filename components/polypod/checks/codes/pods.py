"""The codes of what can be wrong with the containers of one pod, taken together."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code
from polypod.checks.codes.programs import group, pod, web

_LOG = 'Container("log", image="busybox:1.37"'
_JOB = web('restart="never"')

CODES: Sequence[Code] = (
    Code(
        "PP170",
        "a group without containers",
        "There is nothing to run.",
        group(),
        group(web()),
    ),
    Code(
        "PP171",
        "attempts of a pod that is not a job",
        "Only a pod that ends by itself, a job, is tried again.",
        pod("attempts=3"),
        pod("attempts=3", main=_JOB),
    ),
    Code(
        "PP172",
        "not a host name",
        "A name in extra_hosts is one of DNS.",
        pod('extra_hosts={"my host": "10.0.0.1"}'),
        pod('extra_hosts={"my-host": "10.0.0.1"}'),
    ),
    Code(
        "PP173",
        "an extra host with the name of a container",
        "The containers of a pod reach each other by their names.",
        pod('extra_hosts={"web": "10.0.0.1"}'),
        pod('extra_hosts={"old-web": "10.0.0.1"}'),
    ),
    Code(
        "PP174",
        "replicas together with autoscale",
        "The number of copies is fixed or follows the load.",
        pod("replicas=2", "autoscale=Autoscale(max_replicas=4)"),
        pod("autoscale=Autoscale(min_replicas=2, max_replicas=4)"),
    ),
    Code(
        "PP175",
        "max_replicas below min_replicas",
        "There is no number in between.",
        pod("autoscale=Autoscale(min_replicas=4, max_replicas=2)"),
        pod("autoscale=Autoscale(min_replicas=2, max_replicas=4)"),
    ),
    Code(
        "PP176",
        "autoscaling of a job",
        "A container that ends carries no load that could be measured.",
        pod("autoscale=Autoscale(max_replicas=4)", main=_JOB),
        pod("replicas=4", main=_JOB),
    ),
    Code(
        "PP177",
        "not the scheme of a URL",
        "It is written without what follows it.",
        pod('access=Access(scheme="redis://")'),
        pod('access=Access(scheme="redis")'),
    ),
    Code(
        "PP178",
        "not the host of a registry",
        "The server of a login is a host, with a port if need be, without scheme and path.",
        pod(
            'registries=[RegistryCredentials(server="https://example.azurecr.io", username="me", password=Secret("x"))]'
        ),
        pod('registries=[RegistryCredentials(server="example.azurecr.io", username="me", password=Secret("x"))]'),
    ),
    Code(
        "PP179",
        "two containers with the same name",
        "The containers of a pod reach each other by their names.",
        pod(f"sidecars=[{web()}]"),
        pod(f"sidecars=[{_LOG})]"),
    ),
    Code(
        "PP180",
        "two containers on the same port",
        "The containers of a pod share one address, so only one of them can listen on a port.",
        pod(f"sidecars=[{_LOG}, port=80)]", main=web("port=80")),
        pod(f"sidecars=[{_LOG}, port=81)]", main=web("port=80")),
    ),
    Code(
        "PP181",
        "two ports with the same name",
        "A reference to the name of a port means one of the pod.",
        web('ports=[Port(80, name="http"), Port(81, name="http")]'),
        web('ports=[Port(80, name="http"), Port(81, name="metrics")]'),
    ),
    Code(
        "PP182",
        "two volumes with the same name",
        "Volumes of one name are one volume, so everything that they say of it must be the same.",
        web('mounts=[Mount("/a", ScratchVolume("data", "1Gi")), Mount("/b", ScratchVolume("data"))]'),
        web('mounts=[Mount("/a", ScratchVolume("data")), Mount("/b", ScratchVolume("data"))]'),
    ),
    Code(
        "PP183",
        "a port or a probe of an init container",
        "It runs to its end before anything could ask it.",
        pod(f"init=[{_LOG}, port=80)]"),
        pod(f"init=[{_LOG})]"),
    ),
)

"""The codes of what Kubernetes forbids beyond the features it lacks, and of what goes wrong in a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code, Example
from polypod.checks.codes.programs import gateway, group, mounting, other, pod, web

_BUSY = web("port=80", 'resources=Resources(cpu="100m")')
_ROUTED = gateway('routes=[Route("/", "web")]')
_INGRESS = {"polypod:kubernetes": {"ingress": {"host": "shop.example.org"}}}

CODES: Sequence[Code] = (
    Code(
        "PP401",
        "host-gateway in a cluster",
        "It is the machine that a Docker daemon runs on, and a pod may run on any node.",
        pod('extra_hosts={"db.example.org": "host-gateway"}'),
        pod('extra_hosts={"db.example.org": "10.0.0.1"}'),
    ),
    Code(
        "PP402",
        "a pod with the name of another pod's Service",
        "Services are named after their pods, with an ending for those that list replicas or are published.",
        gateway(pods=(pod(), 'Pod(Container("web-headless", image="nginx:1.29"))')),
        gateway(pods=(pod(), 'Pod(Container("web-other", image="nginx:1.29"))')),
    ),
    Code(
        "PP403",
        "several restart policies in a pod",
        "A pod has one policy, and its sidecars are always restarted.",
        group(web(), other('restart="never"')),
        group(web(), other()),
    ),
    Code(
        "PP404",
        "an update that cannot start the new copy first",
        "Only one copy may use the volume, so the old one must stop before the new one starts.",
        'Pod(Container("web", image="nginx:1.29", mounts=[Mount("/data", PersistentVolume("data"))]), '
        'update="start-first")',
        'Pod(Container("web", image="nginx:1.29", mounts=[Mount("/data", PersistentVolume("data", shared=True))]), '
        'update="start-first")',
    ),
    Code(
        "PP405",
        "a pod that no other pod may connect to",
        "Its NetworkPolicy lets those in that wait for it, refer to it, or have a route to it.",
        gateway(pods=(pod(main=web("port=80")), pod(main=other()))),
        gateway(pods=(pod(main=web("port=80")), pod('depends_on=["web"]', main=other()))),
        kind="warning",
    ),
    Code(
        "PP406",
        "autoscaling without a CPU request",
        "The autoscaler compares the load with the CPU that each container is promised.",
        pod("autoscale=Autoscale(max_replicas=4)"),
        pod("autoscale=Autoscale(max_replicas=4)", main=_BUSY),
    ),
    Code(
        "PP407",
        "a job with per-replica volumes",
        "The pods of a Job have no volumes of their own.",
        web('restart="never"', 'mounts=[Mount("/data", PersistentVolume("data", per_replica=True))]'),
        web('restart="never"', 'mounts=[Mount("/data", PersistentVolume("data"))]'),
    ),
    Code(
        "PP408",
        "the image's own user",
        "It must be a number other than 0, as nothing runs as root unless the program says so.",
        web(),
        web("user=101"),
        kind="note",
    ),
    Code(
        "PP409",
        "a container that runs as root",
        "The namespace then leaves the Pod Security level restricted.",
        web("user=0"),
        web("user=101"),
        kind="warning",
    ),
    Code(
        "PP410",
        "not the name of a port of a Service",
        "Kubernetes takes at most 15 lower-case letters, digits and hyphens.",
        web('port=Port(80, name="HTTP")'),
        web('port=Port(80, name="http")'),
    ),
    Code(
        "PP411",
        "log options in a cluster",
        "The node rotates all logs by its own settings.",
        web('logs=LogOptions(max_size="1M")'),
        web(),
        kind="warning",
    ),
    Code(
        "PP412",
        "a gateway's configuration of more than 1 MiB",
        "It is a ConfigMap, which holds no more.",
        gateway('routes=[Route(f"/{i}/" + "a" * 900, "web") for i in range(1200)]'),
        _ROUTED,
    ),
    Code(
        "PP413",
        "not the name of a variable",
        "Kubernetes takes printable ASCII characters.",
        web('env={"GRÖSSE": "1"}'),
        web('env={"SIZE": "1"}'),
    ),
    Code(
        "PP414",
        "the name of a variable that older clusters refuse",
        "Before Kubernetes 1.32, names hold letters, digits, '-', '_' and '.', with no digit first.",
        web('env={"1ST": "1"}'),
        web('env={"FIRST": "1"}'),
        kind="warning",
    ),
    Code(
        "PP415",
        "secret variables of more than 1 MiB",
        "Those of a pod are in one Secret, which holds no more.",
        web('env={f"KEY{i}": Secret("x" * 120_000) for i in range(10)}'),
        web('env={f"KEY{i}": Secret("x" * 12_000) for i in range(10)}'),
    ),
    Code(
        "PP416",
        "files of more than 1 MiB",
        "Those of a volume are in one ConfigMap or Secret, which holds no more.",
        mounting('ConfigVolume("data", {"data": "x" * 2**21})'),
        mounting('ConfigVolume("data", {"data": "x" * 2**19})'),
    ),
    Code(
        "PP417",
        "an Ingress that is not a trusted proxy",
        "Pods take the Ingress controller for the client, and see http where clients use https.",
        Example(_ROUTED, _INGRESS),
        Example(gateway('routes=[Route("/", "web")]', 'trusted_proxies=["10.0.0.0/8"]'), _INGRESS),
        kind="warning",
        varies="application",
    ),
    Code("PP430", "no cluster answers", "KUBECONFIG or the stack's config names none, or it cannot be reached."),
    Code("PP431", "the cluster does not answer a question", "You may not look at what is there, or it is overloaded."),
    Code("PP432", "a namespace that is not there", "The stack's config names it, so the stack does not make it."),
    Code("PP433", "a namespace that is being deleted", "Nothing can be made in it any more."),
    Code("PP434", "a namespace of the stack's name", "It is there already, and not this stack's."),
    Code("PP435", "a permission that is missing", "You may not create objects of a kind that the program needs."),
    Code("PP436", "an object of the same name", "It is there already, and not this stack's."),
    Code(
        "PP437",
        "an image that runs as root",
        "No node would start it: the container says no user, and nothing runs as root unless the program says so.",
    ),
    Code(
        "PP438",
        "an object that the cluster refuses",
        "A quota, a policy, a webhook or the rules of the cluster itself refuse it.",
    ),
    Code(
        "PP439",
        "a claim of a different size",
        "A claim never shrinks, and grows only where its storage class lets it.",
    ),
    Code("PP440", "two components that make one object", "Pods and volumes of one namespace need names of their own."),
    Code(
        "PP441",
        "two components with conflicting needs of the namespace",
        "The first one has made it for pods that need and keep less.",
    ),
    Code(
        "PP442",
        "a claim that cannot be changed",
        "Access mode and storage class of a claim never change.",
        kind="notice",
    ),
    Code(
        "PP443",
        "an image that may run as root",
        "No node would start it; this machine's copy says so, and its registry does not say.",
        kind="notice",
    ),
    Code(
        "PP444",
        "a node that this machine cannot reach",
        "As where a cluster runs in a virtual machine; `kubectl port-forward` leads there.",
        kind="notice",
    ),
    Code("PP450", "an address that the cluster does not tell", "You may not look at the Service."),
    Code("PP451", "a Service without an address", "The cluster has no load balancer, or it takes longer."),
    Code("PP452", "the cluster does not answer during a rollout", "It cannot be reached, or you may not look."),
    Code("PP453", "a workload that is gone", "Somebody else deleted it."),
    Code("PP454", "pods that the cluster refuses to make", "A quota or a policy forbids them."),
    Code("PP455", "a job that failed", "The cluster says why."),
    Code("PP456", "a pod that is not ready in time", "It has ready_within= for that."),
    Code("PP457", "a container that failed", "What the cluster says of it, its last lines, and the likely cause."),
    Code("PP460", "volumes that cannot be changed", "You may not change claims, or a quota forbids it."),
    Code("PP461", "a StatefulSet that does not go", "It must, before another one has its claims."),
    Code("PP462", "a claim that does not grow in time", "Its storage class or its driver has not enlarged it."),
    Code("PP463", "a former owner of data that cannot be stopped", "Two must not write to one volume."),
    Code("PP464", "data that are still in use", "Their former owner did not end within its grace period."),
)

"""Pods and what runs them."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from tests.programs import container, gateway, web
from tests.targets.kubernetes.manifests import objects, plan, template

OWN = Mount("/data", PersistentVolume("data", "2Gi", per_replica=True))
SHARED = Mount("/data", PersistentVolume("data"))
ON_MISMATCH = {"fsGroupChangePolicy": "OnRootMismatch"}


def spec(model: Any, key: str) -> dict[str, Any]:
    """The spec of an object."""
    return dict(objects(model)[key]["spec"])


@pytest.mark.parametrize(
    ("kind", "pod"),
    [
        ("deployment", web()),
        ("deployment", Pod(container("web", mounts=[SHARED]))),
        ("statefulset", Pod(container("web", mounts=[OWN]), replicas=2)),
        ("job", web(restart="never")),
        ("job", web(restart="on-failure")),
    ],
)
def test_what_runs_a_pod(kind: str, pod: Pod) -> None:
    """A Deployment, a Job where it ends, a StatefulSet where its replicas have volumes of their own."""
    found = plan(pod).pods[0]
    assert found.workload == f"web.{kind}"
    assert [item.key for item in found.objects if "template" in item.manifest.get("spec", {})] == [f"web.{kind}"]


def test_replicas_are_replaced_one_by_one_and_none_before_its_successor_is_ready() -> None:
    """So that an update loses no request."""
    found = spec(Pod(container("web"), replicas=3), "web.deployment")
    assert found["replicas"] == 3
    assert found["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


@pytest.mark.parametrize(("read_only", "strategy"), [(False, "Recreate"), (True, "RollingUpdate")])
def test_two_versions_never_write_to_one_directory_of_a_node(read_only: bool, strategy: str) -> None:
    """The old pod is gone before the new one starts."""
    mount = Mount("/data", HostPathVolume("files", "/srv/db"), read_only=read_only)
    assert spec(Pod(container("web", mounts=[mount])), "web.deployment")["strategy"]["type"] == strategy


def test_two_versions_never_write_to_one_volume() -> None:
    """The old pod is gone before the new one starts, unless replicas share the volume anyway."""
    alone, several = (Pod(container("web", mounts=[SHARED]), replicas=n) for n in (1, 2))
    assert spec(alone, "web.deployment")["strategy"] == {"type": "Recreate"}
    assert spec(several, "web.deployment")["strategy"]["type"] == "RollingUpdate"


def test_a_pod_without_probes_must_run_a_moment_to_count() -> None:
    """One that ends at once would be ready otherwise."""
    assert spec(web(), "web.deployment")["minReadySeconds"] == 1
    assert "minReadySeconds" not in spec(web(readiness=Probe.tcp()), "web.deployment")


def test_each_replica_has_its_own_volume() -> None:
    """From a claim template; the headless Service names each replica."""
    found = objects(Pod(container("web", port=80, mounts=[OWN]), replicas=2))
    workload = found["web.statefulset"]["spec"]
    assert workload["serviceName"] == found["web.headless"]["metadata"]["name"] == "web-headless"
    (claim,) = workload["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == "data"
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2048Mi"}}}
    assert "volumes" not in workload["template"]["spec"]
    assert "volume-data" not in found


@pytest.mark.parametrize(
    ("policy", "expected", "tries"), [("never", "Never", 0), ("on-failure", "OnFailure", 2**31 - 1)]
)
def test_a_job_is_tried_as_its_restart_policy_says(policy: Any, expected: str, tries: int) -> None:
    """Once, or until it ends well."""
    found = spec(Pod(container("web", restart=policy), replicas=2), "web.job")
    assert (found["backoffLimit"], found["completions"], found["parallelism"]) == (tries, 2, 2)
    assert found["template"]["spec"]["restartPolicy"] == expected
    assert "selector" not in found


def test_sidecars_start_before_and_stop_after_the_main_container() -> None:
    """As init containers that are restarted, after those that run to their end."""
    pod = Pod(container("web"), init=[container("one"), container("two")], sidecars=[container("a"), container("b")])
    found = template(pod)
    assert [(c["name"], c.get("restartPolicy")) for c in found["initContainers"]] == [
        ("one", None),
        ("two", None),
        ("a", "Always"),
        ("b", "Always"),
    ]
    assert [c["name"] for c in found["containers"]] == ["web"]


def test_the_peers_of_a_group_are_equal() -> None:
    """None of them waits for another."""
    found = template(Group("g", peers=[container("a"), container("b")]), "g")
    assert [c["name"] for c in found["containers"]] == ["a", "b"]
    assert "initContainers" not in found


def test_siblings_are_localhost() -> None:
    """Under their names too; a container alone needs none."""
    found = template(Group("g", peers=[container("a"), container("b")]), "g")
    assert found["hostAliases"] == [{"ip": "127.0.0.1", "hostnames": ["a", "b"]}]
    assert "hostAliases" not in template(web())


def test_nothing_of_the_cluster_is_put_into_a_pod() -> None:
    """No token of its API, no variables for its Services."""
    found = template(web())
    assert (found["automountServiceAccountToken"], found["enableServiceLinks"]) == (False, False)
    assert found["serviceAccountName"] == objects(web())["account"]["metadata"]["name"] == "polypod-c"
    assert objects(web())["account"]["automountServiceAccountToken"] is False


def test_processes_are_shared_on_request() -> None:
    """And only then."""
    group = Group("g", peers=[container("a"), container("b")], share_processes=True)
    assert template(group, "g")["shareProcessNamespace"] is True
    assert "shareProcessNamespace" not in template(web())


@pytest.mark.parametrize(
    ("expected", "pod"),
    [
        ({}, web(port=8080)),
        ({"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]}, web()),
        ({}, web(user=0)),
        ({"fsGroup": 1000, **ON_MISMATCH}, Pod(container("web", mounts=[SHARED]))),
        ({"fsGroup": 5, **ON_MISMATCH}, Pod(container("web", user=5, mounts=[SHARED]))),
        (
            {"fsGroup": 6, "fsGroupChangePolicy": "OnRootMismatch"},
            Pod(container("web", user=5, group=6, mounts=[SHARED])),
        ),
    ],
)
def test_pods_run_as_nobody_special(expected: dict[str, Any], pod: Pod) -> None:
    """Low ports and volumes work all the same."""
    always = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert template(pod)["securityContext"] == {**always, **expected}


@pytest.mark.parametrize(
    ("level", "pod"),
    [
        ("restricted", web()),
        ("baseline", web(user=0)),
        ("baseline", Pod(container("web"), init=[container("i", user=0)])),
        ("privileged", web(mounts=[Mount("/a", HostPathVolume("a", "/a"))])),
    ],
)
def test_the_namespace_enforces_what_its_pods_need(level: str, pod: Pod) -> None:
    """And no less, unless the stack's config says so."""
    assert plan(pod).security == level
    assert plan(pod, settings={"podSecurity": "privileged"}).security == "privileged"


def test_replicas_are_spread_and_disrupted_one_at_a_time() -> None:
    """Over zones and nodes, where there are several."""
    found = objects(Pod(container("web"), replicas=2))
    spread = found["web.deployment"]["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert [item["topologyKey"] for item in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert {item["whenUnsatisfiable"] for item in spread} == {"ScheduleAnyway"}
    assert found["web.poddisruptionbudget"]["spec"]["maxUnavailable"] == 1
    single = objects(web())
    assert "web.poddisruptionbudget" not in single
    assert template(web())["topologySpreadConstraints"] == spread, "scaling would roll the first replica"


def test_an_autoscaler_says_how_many_replicas_there_are() -> None:
    """The workload says nothing then: the two would fight."""
    scale = Autoscale(min_replicas=2, max_replicas=5, cpu=60)
    found = objects(Pod(container("web", resources=Resources("100m")), autoscale=scale))
    assert "replicas" not in found["web.deployment"]["spec"]
    spec = found["web.horizontalpodautoscaler"]["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    assert "web.poddisruptionbudget" in found


def test_private_images_are_pulled_with_the_logins_of_the_pod_and_of_the_stack() -> None:
    """The pod's own comes first where both have one for a registry."""
    own = RegistryCredentials(server="a.io", username="own", password=Secret("x"))
    stack = RegistryCredentials(server="a.io", username="stack", password=Secret("y"))
    model = Pod(container("web"), registries=[own])
    for login, expected in ((None, own), (stack, own)):
        (secret,) = (item for item in plan(model, registry=login).objects() if item.kind == "Secret")
        assert secret.manifest["stringData"][".dockerconfigjson"].registries == (expected,)
    assert template(model)["imagePullSecrets"] == [{"name": "c-web.registries-00000000"}]
    assert "imagePullSecrets" not in template(web())


def test_pods_come_after_those_they_wait_for() -> None:
    """And the gateway after those it routes to."""
    b = Pod(container("b", port=1))
    model = gateway(web(env={"B": b.host}), b, Pod(container("a"), depends_on=["web"]))
    found = plan(model)
    assert {pod.name: pod.waits_for for pod in found.pods} == {
        "b": (),
        "web": ("b",),
        "a": ("web",),
        "gateway": ("web",),
    }
    assert found.pods[-1].name == "gateway"
    assert [pod.name for pod in found.pods].index("b") < [pod.name for pod in found.pods].index("web")


def test_everything_says_what_it_belongs_to() -> None:
    """In the labels that Kubernetes recommends, and in those that Docker's containers have."""
    for manifest in objects(gateway(web(mounts=[SHARED]))).values():
        labels = manifest["metadata"]["labels"]
        assert labels["app.kubernetes.io/managed-by"] == "polypod"
        assert labels["app.kubernetes.io/instance"] == "p-s-c"
        assert (labels["dev.polypod.project"], labels["dev.polypod.stack"], labels["dev.polypod.component"]) == (
            "p",
            "s",
            "c",
        )
    found = objects(gateway())
    assert found["web.deployment"]["metadata"]["labels"]["app.kubernetes.io/name"] == "web"
    roles = {
        key.partition(".")[0]: item["metadata"]["labels"].get("app.kubernetes.io/component")
        for key, item in found.items()
    }
    assert roles == {"account": None, "web": "service", "gateway": "gateway"}


def test_a_workload_finds_its_own_pods_and_no_others() -> None:
    """Its selector is that of its Service, and stays the same whatever the program may change: it cannot be changed."""
    found = objects(gateway())
    selects = {"app.kubernetes.io/name": "web", "dev.polypod.project": "p", "dev.polypod.stack": "s"}
    assert objects(gateway(), component="other")["web.deployment"]["spec"]["selector"]["matchLabels"] == selects
    assert found["web.deployment"]["spec"]["selector"]["matchLabels"] == selects
    assert found["web.service"]["spec"]["selector"] == selects
    assert selects.items() <= found["web.deployment"]["spec"]["template"]["metadata"]["labels"].items()


def test_long_names_become_labels_all_the_same() -> None:
    """Those of a project may have 100 characters, a label's value 63."""
    project = "p" * 100
    found = plan(web(), project=project)
    for item in found.objects():
        assert max(map(len, item.manifest["metadata"]["labels"].values())) <= 63
    assert len(found.namespace) == 63
    assert plan(web(), project=project + "x").namespace != found.namespace


@pytest.mark.parametrize(("project", "namespace"), [("p", "p-s"), ("My_App.x", "my-app-x-s")])
def test_a_stack_has_a_namespace_of_its_own(project: str, namespace: str) -> None:
    """Named after project and stack; or one that is there already."""
    found = plan(web(), project=project)
    assert (found.namespace, found.own_namespace) == (namespace, True)
    found = plan(web(), settings={"namespace": "given"})
    assert (found.namespace, found.own_namespace) == ("given", False)


def test_readiness_is_awaited_as_long_as_the_pod_says() -> None:
    """By polypod, and by Kubernetes."""
    pod = Pod(container("web"), ready_within="40s")
    assert plan(pod).pods[0].ready_seconds == 40
    assert spec(pod, "web.deployment")["progressDeadlineSeconds"] == 40


def test_a_pod_of_containers_with_paths() -> None:
    """Failures name the place in the program."""
    pod = Pod(Container("web", image="w:1", port=Port(1)), sidecars=[container("a")], init=[container("i")])
    (found,) = plan(pod).pods
    assert found.containers == {"web": "pods.web.main", "a": "pods.web.sidecars[0]", "i": "pods.web.init[0]"}
    assert plan(Gateway([pod], routes=[Route("/", pod)])).pods[1].containers == {"gateway": "gateway.main"}


def test_scratch_volumes_are_the_pods_own() -> None:
    """With the size they ask for."""
    mounts = [Mount("/a", ScratchVolume("a")), Mount("/b", ScratchVolume("b", "1500"))]
    volumes = template(web(mounts=mounts))["volumes"]
    assert volumes == [{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {"sizeLimit": "1500"}}]


def test_the_environment_that_a_program_asks_for() -> None:
    """Shared memory of a size, host names, and processes that may gain privileges, with what sudo needs for it."""
    pod = Pod(
        container(shm_size="1Gi", allow_privilege_escalation=True, user=1000),
        extra_hosts={"db.example.org": "10.0.0.1"},
    )
    found = template(pod)
    (volume,) = found["volumes"]
    assert volume == {"name": volume["name"], "emptyDir": {"medium": "Memory", "sizeLimit": "1024Mi"}}
    (only,) = found["containers"]
    assert only["volumeMounts"] == [{"name": volume["name"], "mountPath": "/dev/shm"}]  # noqa: S108
    assert only["securityContext"]["allowPrivilegeEscalation"] is True
    assert "capabilities" not in only["securityContext"]
    assert found["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["db.example.org"]}]
    assert found["securityContext"]["runAsNonRoot"] is True

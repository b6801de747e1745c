"""What containers of a pod see of each other, of their volumes and of their limits."""

from __future__ import annotations

import json

import pytest

from .conftest import OnDocker
from .deployment import until
from .on_docker import DockerDeployment

PROGRAM = """
    import pulumi
    from polypod import *
    from polypod.patterns import log_tailer

    BUSYBOX = "busybox:1.37"
    serve = "mkdir -p /tmp/www; echo {0} > /tmp/www/index.html; exec httpd -f -p {1} -h /tmp/www"
    logs = Mount("/logs", ScratchVolume("logs"))
    config = pulumi.Config()
    secret = Secret(config.require_secret("word"))
    PEER = "peer=polypod{web.host}:polypod{web.port}"

    pod = Pod(
        Container("web", image=BUSYBOX, port=8080,
            command=["sh", "-c", "cat /logs/order > /logs/app.log; " + serve.format("web", 8080)],
            mounts=[logs], readiness=Probe.http("/", period="1h"), user=1000, group=1000,
            env={"PLAIN": "plain", "WORD": secret, "GREETING": concat("hello ", secret)},
            resources=Resources(cpu="50m", memory="48Mi", cpu_limit="250m", memory_limit="64Mi"),
            logs=LogOptions(max_size="1M", max_files=2)),
        init=[
            Container("first", image=BUSYBOX, mounts=[logs],
                command=["sh", "-c", "sleep 1; echo first >> /logs/order"]),
            Container("second", image=BUSYBOX, mounts=[logs],
                command=["sh", "-c", "echo second >> /logs/order; chmod 666 /logs/order"]),
        ],
        sidecars=[
            log_tailer(logs),
            Container("helper", image=BUSYBOX, command=["sh", "-c", serve.format("helper", 8081)], port=8081,
                readiness=Probe.tcp(period="1s"),
                mounts=[
                    Mount("/etc/helper", ConfigVolume("conf", {"a.conf": PEER, "empty": ""})),
                    Mount("/run/secrets", SecretVolume("secrets", {"word": secret})),
                ]),
            Container("once", image=BUSYBOX, command=["echo", "done"], restart="never"),
            Container("locked", image=BUSYBOX, command=["tail", "-f", "/dev/null"], read_only_root=True, user=1000,
                restart="on-failure",
                mounts=[Mount("/etc/locked", ConfigVolume("locked", {"a.conf": "locked"})),
                        Mount("/data", PersistentVolume("data", "1Gi"))]),
        ],
        termination_grace_period="1s",
    )
    component = SidecarPod("pod", pod)
"""
WORD = "xyzzy-plugh"


@pytest.fixture(scope="module")
def pod(deploy_once: OnDocker) -> DockerDeployment:
    """A pod with every kind of helper."""
    deployment = deploy_once.program(PROGRAM, secrets={"word": WORD})
    first = deployment.run("preview", "--stack", deployment.stack)
    assert first.count("degraded on docker (1 finding):") == 2  # in the progress, and above the list
    assert first.count("  PP212 pods.web.sidecars[3].mounts[1].volume.size: ") == 1
    assert WORD not in first
    assert "warning: 1 finding, which `pulumi preview` lists: PP212 1" in deployment.up()
    return deployment


def test_siblings_answer_on_localhost_and_by_name(pod: DockerDeployment) -> None:
    """Each container reaches each other one as localhost and under its name."""
    assert pod.shell("web", "web", "wget -qO- http://localhost:8081/ http://helper:8081/") == "helper\nhelper\n"
    assert pod.shell("web", "helper", "wget -qO- http://localhost:8080/ http://web:8080/") == "web\nweb\n"


def test_init_containers_run_in_order_before_the_others(pod: DockerDeployment) -> None:
    """The main container finds what both init containers wrote, in their order, and its sidecar logs it."""
    assert pod.shell("web", "web", "cat /logs/order") == "first\nsecond\n"
    assert pod.container("web", "log-tailer").logs(stderr=False).decode() == "first\nsecond\n"


def test_a_scratch_volume_can_be_written_by_every_user(pod: DockerDeployment) -> None:
    """A container that runs as another user than root writes where the init containers, as root, wrote."""
    assert pod.shell("web", "web", "id -u; id -g; echo more >> /logs/more && cat /logs/more") == "1000\n1000\nmore\n"


def test_a_persistent_volume_can_be_written_by_every_user(pod: DockerDeployment) -> None:
    """Also in a directory that the image lacks, which Docker makes for root."""
    assert pod.shell("web", "locked", "id -u; echo kept > /data/file && cat /data/file") == "1000\nkept\n"


def test_config_and_secret_files_hold_their_content(pod: DockerDeployment) -> None:
    """Files stand where they are mounted, with references to the own pod resolved to localhost."""
    assert pod.shell("web", "helper", "cat /etc/helper/a.conf") == "peer=localhost:8080"
    assert pod.shell("web", "helper", "cat /etc/helper/empty") == ""
    assert pod.shell("web", "helper", "cat /run/secrets/word") == WORD
    assert pod.shell("web", "locked", "cat /etc/locked/a.conf") == "locked"


def test_a_read_only_root_cannot_be_written(pod: DockerDeployment) -> None:
    """Only the volumes of such a container can be written."""
    assert "Read-only file system" in pod.shell("web", "locked", "touch /here 2>&1 || true")


def test_secrets_reach_the_container_and_nothing_else(pod: DockerDeployment) -> None:
    """A secret is in the environment of the container, and in no preview, state or output."""
    assert pod.shell("web", "web", "echo $PLAIN $WORD, $GREETING") == f"plain {WORD}, hello {WORD}\n"
    assert WORD not in pod.exported_state()
    assert WORD not in pod.run("preview", "--diff", "--stack", pod.stack)


def test_limits_are_the_ones_asked_for(pod: DockerDeployment) -> None:
    """Memory and CPU are limited, without swap on top, and promised as asked."""
    host = pod.container("web", "web").attrs["HostConfig"]
    mebibyte = 1024 * 1024
    assert (host["Memory"], host["MemorySwap"]) == (64 * mebibyte, 64 * mebibyte)
    assert host["MemoryReservation"] == 48 * mebibyte
    assert (host["CpuQuota"], host["CpuPeriod"], host["CpuShares"]) == (25_000, 100_000, 51)


def test_containers_run_as_safely_as_promised(pod: DockerDeployment) -> None:
    """No new privileges, rotated logs, and restart policies as declared with always as the default."""
    web = pod.container("web", "web").attrs["HostConfig"]
    assert web["SecurityOpt"] == ["no-new-privileges:true"]
    assert web["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "2", "max-size": "1000000"}}
    assert web["RestartPolicy"]["Name"] == "always"
    assert pod.container("web", "locked").attrs["HostConfig"]["RestartPolicy"]["Name"] == "on-failure"
    assert pod.container("web", "helper").attrs["HostConfig"]["LogConfig"]["Config"] == {
        "max-file": "3",
        "max-size": "10000000",
    }


def test_labels_say_what_a_container_belongs_to(pod: DockerDeployment) -> None:
    """Stack, component, pod, replica, container and role can be read off each container."""
    labels = pod.container("web", "helper").labels
    unique = {"dev.polypod.instance", "dev.polypod.revision"}
    assert {name: labels[name] for name in labels if name not in unique} == {
        "dev.polypod.project": "live",
        "dev.polypod.stack": pod.stack,
        "dev.polypod.component": "pod",
        "dev.polypod.pod": "web",
        "dev.polypod.replica": "0",
        "dev.polypod.container": "helper",
        "dev.polypod.role": "sidecar",
    }


def test_probes_are_answered(pod: DockerDeployment) -> None:
    """Docker asks the sidecar every second; the update did not wait until it asks the main container, in an hour."""
    until(lambda: pod.container("web", "helper").attrs["State"]["Health"]["Status"] == "healthy")
    web = pod.container("web", "web").attrs["State"]["Health"]
    assert (web["Status"], web["Log"]) == ("starting", [])


def test_a_container_that_is_never_restarted_may_end(pod: DockerDeployment) -> None:
    """It ran to its end once, and counts as ready."""
    once = pod.container("web", "once")
    assert (once.status, once.attrs["State"]["ExitCode"], once.attrs["RestartCount"]) == ("exited", 0, 0)


def test_nothing_changes_without_a_change(pod: DockerDeployment) -> None:
    """A preview right after the update, also one that asks Docker for the truth, finds nothing to do."""
    assert set(pod.preview()) == {"same"}
    refreshed = json.loads(pod.run("preview", "--refresh", "--json", "--stack", pod.stack))
    assert set(refreshed["changeSummary"]) == {"same"}


def test_destroy_leaves_only_the_data(pod: DockerDeployment) -> None:
    """No container, network or scratch volume is left; the persistent volume is."""
    pod.destroy()
    assert pod.left_over() == {"containers": [], "networks": [], "volumes": [f"live-{pod.stack}-pod-data"]}

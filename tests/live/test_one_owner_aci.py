"""On Azure Container Instances, what is exclusive has one owner at a time: a share, a DNS label."""

from __future__ import annotations

import itertools
import re
import subprocess

from .conftest import OnAci
from .deployment import until
from .fetch import fetch
from .on_aci import AciDeployment

OWNERS = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    name, form = config.get("name") or "one", config.get("form") or "pod"
    component = config.get("component") or "s"
    loop = ("trap 'sleep 1; echo $NAME stops >> /data/log; exit 0' TERM; "
            "while true; do echo $NAME runs >> /data/log; sleep 0.2; done")
    data = Mount("/data", PersistentVolume(config.get("volume") or "data"))

    def owner(name, mounts=(data,)):
        script = loop if mounts else "trap exit TERM; tail -f /dev/null & wait"
        return Container(name, image=config.get("image") or "busybox:1.37", command=["sh", "-c", script],
                         env={"NAME": name}, mounts=mounts,
                         readiness=Probe.exec("test", "-e", "/data/log") if mounts else None)

    if form == "moved":
        other = Pod(owner("other"))
        GatewayStack("s", Gateway([Pod(owner(name, ())), other], port=config.require_int("port")))
    elif form == "both":
        GatewayStack("s", Gateway([Pod(owner(name)), Pod(owner("other", ()))], port=config.require_int("port")))
    elif form == "group":
        ContainerGroup("s", Group(name, peers=[owner(name)]))
    elif form == "sidecar":
        SidecarPod("s", Pod(owner(name), sidecars=[owner("helper", ())]))
    elif form == "elsewhere":
        SidecarPod("elsewhere", Pod(owner(name)))
        SidecarPod(component, Pod(owner("other", ())))
    else:
        SidecarPod(component, Pod(owner(name)))
"""


def written(deployment: AciDeployment, pod: str) -> list[str]:
    """What the owners have written, each run of equal lines once."""
    lines = deployment.shell(pod, pod, "cat /data/log").splitlines()
    return [line for line, _ in itertools.groupby(lines)]


def test_a_renamed_pod_takes_its_data_over_after_the_old_one_has_stopped(deploy_on_aci: OnAci) -> None:
    """Five times in a row; the preview says so."""
    deployment = deploy_on_aci.program(OWNERS)
    deployment.up()
    names = ["one", "two", "three", "four", "five", "six"]
    for old, new in itertools.pairwise(names):
        deployment.set("name", new)
        preview = deployment.previewed_up()
        assert f"{old} is stopped, {new} starts on its data (data)" in preview
    expected = [f"{name} {what}" for name in names for what in ("runs", "stops")]
    assert written(deployment, "six") == expected[:-1]
    assert set(deployment.preview()) == {"same"}
    assert len(deployment.groups()) == 1
    deployment.set("volume", "other")
    preview = deployment.previewed_up()
    assert "six starts on empty data (s-other): what was kept under a former name stays in s-data" in preview


def test_data_go_from_one_form_of_a_pod_to_the_next(deploy_on_aci: OnAci, free_port: int) -> None:
    """A sidecar more, a group in place of a pod, a gateway before it, and to another pod that is there already."""
    deployment = deploy_on_aci.program(OWNERS, {"port": str(free_port)})
    expected = ["one runs"]
    deployment.up()
    for form, restarts in (("sidecar", True), ("group", True), ("both", False)):
        deployment.set("form", form)
        deployment.up()
        expected += ["one stops", "one runs"] * restarts
        assert written(deployment, "one") == expected
    deployment.set("form", "moved")
    assert "one is stopped, other starts on its data (data)" in deployment.previewed_up()
    until(lambda: written(deployment, "other") == [*expected, "one stops", "other runs"])
    deployment.set("form", "both")
    deployment.up()
    until(lambda: written(deployment, "one") == [*expected, "one stops", "other runs", "other stops", "one runs"])
    assert set(deployment.preview()) == {"same"}


def test_data_that_stay_with_a_component_can_be_copied(deploy_on_aci: OnAci) -> None:
    """Preview and update say where they are; what they say of the emulator works."""
    deployment = deploy_on_aci.program(OWNERS, {"component": "former"})
    deployment.up()
    deployment.set("component", "latter")
    deployment.set("name", "two")
    output = deployment.run("up", "--yes", "--stack", deployment.stack)
    (old,) = deployment.accounts("former-data")
    where = f"two starts on empty data (latter-data): former-data in the storage account {old} stays, as the component"
    assert [f"{where} former is no longer in the program" in part for part in output.split("Updating (")] == [True] * 2
    (copy,) = set(re.findall(r"docker run --rm .*", output))
    assert written(deployment, "two") == ["two runs"]
    image = str(next(deployment.containers("two")).image.id)  # the busybox that is here
    deployment.stop("two")
    subprocess.run(["sh", "-c", copy.replace(" busybox ", f" {image} ")], check=True, timeout=60)
    deployment.up()
    until(lambda: written(deployment, "two")[-1] == "two runs")
    assert written(deployment, "two")[0] == "one runs"
    deployment.set("form", "elsewhere")
    (account,) = deployment.accounts("latter-data")
    where = f"two starts on empty data (elsewhere-data): latter-data in the storage account {account} stays"
    assert f"{where}, as the component latter no longer has that volume" in deployment.previewed_up()
    assert set(deployment.preview()) == {"same"}


LABELLED = """
    import pulumi
    from polypod import *

    def serve(name, port):
        script = f"trap exit TERM; mkdir /www; echo {name} > /www/index.html; httpd -f -p {port} -h /www & wait"
        return Pod(Container(name, image="busybox:1.37", port=port, command=["sh", "-c", script]))

    pods = [serve("one", 8081), serve("two", 8082)]
    component = pulumi.Config().get("component") or "shop"
    app = Gateway(pods, routes=[Route("/", pods[0])], port=pulumi.Config().require_int("port"))
    pulumi.export("url", GatewayStack(component, app).url)
"""


def test_a_dns_label_goes_to_the_group_that_needs_it(deploy_on_aci: OnAci, free_port: int) -> None:
    """Another placement, and another component: without a destroy in between."""
    deployment = deploy_on_aci.program(LABELLED, {"port": str(free_port)})
    label = f"label-{deployment.stack}"
    for placement, component, said in (
        ("separate", "shop", ""),
        ("group", "shop", f"gateway is deleted, shop takes over its DNS label ({label})"),
        ("separate", "shop", f"shop is deleted, gateway takes over its DNS label ({label})"),
        ("separate", "store", f"shop-gateway-0 is deleted, gateway takes over its DNS label ({label})"),
    ):
        deployment.set("polypod:aci", {"placement": placement, "dnsLabel": label})
        deployment.set("component", component)
        preview = deployment.previewed_up()
        assert said in preview, preview
        assert fetch(f"{deployment.outputs['url']}/").text == "one\n"
    assert set(deployment.preview()) == {"same"}
    assert {name.split("-")[0] for name in deployment.groups()} == {"store"}


def test_a_program_that_goes_back_finds_the_old_owner_started(deploy_on_aci: OnAci) -> None:
    """Where the new one never came up, the old one was stopped for nothing."""
    deployment = deploy_on_aci.program(OWNERS)
    deployment.up()
    deployment.set("name", "two")
    deployment.set("image", "nowhere.invalid/nothing:1")
    deployment.failing_up()
    deployment.set("name", "one")
    deployment.set("image", "busybox:1.37")
    deployment.up()
    until(lambda: written(deployment, "one")[-1] == "one runs")
    assert set(deployment.preview()) == {"same"}
    assert list(deployment.groups()) == ["s-one-0"]

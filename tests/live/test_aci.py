"""What only Azure Container Instances have: placements, addresses, previews of what is destroyed, and refusals."""

from __future__ import annotations

import pytest

from .conftest import OnAci
from .fetch import fetch
from .on_aci import AciDeployment

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()

    def serve(name, port, **fields):
        page = f"mkdir -p /www && echo {name} $WORD > /www/index.html"
        script = f"trap exit TERM; {page} && httpd -f -p {port} -h /www & wait"
        return Pod(Container(name, image="busybox:1.37", port=port, command=["sh", "-c", script],
                             readiness=Probe.http("/", period="1s"), **fields))

    one = serve("one", config.get_int("one") or 8081, env={"WORD": config.get("word") or "first"})
    two = serve("two", 8082, env={"WORD": "polypod{one.host}:polypod{one.port}"})
    app = Gateway([one, two], routes=[Route("/one/", one), Route("/two/", two)], port=config.require_int("port"))
    pulumi.export("url", GatewayStack("shop", app).url)
"""


def page(deployment: AciDeployment, path: str) -> str:
    """What the gateway answers."""
    return fetch(f"{deployment.outputs['url']}{path}", timeout=10).text.strip()


def settings(deployment: AciDeployment, **values: object) -> None:
    """Set the stack's config of the target."""
    deployment.set("polypod:aci", values)


@pytest.fixture(scope="module")
def shop(deploy_on_aci_once: OnAci, shared_port: int) -> AciDeployment:
    """A gateway with a name of its own and two pods, deployed."""
    deployment = deploy_on_aci_once.program(PROGRAM, {"port": str(shared_port)})
    settings(deployment, dnsLabel=f"label-{deployment.stack}", tags={"team": "shop"}, zone="2")
    deployment.up()
    return deployment


def test_the_gateways_own_name(shop: AciDeployment, shared_port: int) -> None:
    """A DNS label is the first part of its name, which resolves in every group."""
    address = f"http://label-{shop.stack}.westeurope.azurecontainer.io:{shared_port}/one/"
    assert shop.shell("two", "two", f"wget -q -O - {address}") == "one first\n"


def test_a_preview_says_what_restarts_and_what_is_destroyed(shop: AciDeployment) -> None:
    """A variable restarts a group in place, and nothing else; a port destroys it, and with it the address."""
    assert page(shop, "/two/").startswith("two shop-one-0.")
    copies = {pod: shop.copies(pod) for pod in ("one", "two", "gateway")}
    shop.set("word", "second")
    preview = shop.previewed_up()
    assert preview.count("restarts in place") == 2  # next to the group, and below
    assert "is destroyed" not in preview
    assert "~ 2 to update" in preview  # the group, and the component, as its program has changed
    assert page(shop, "/one/") == "one second"
    assert {pod for pod, before in copies.items() if shop.copies(pod) != before} == {"one"}

    shop.set("one", "8083")
    preview = shop.previewed_up()
    assert "is destroyed and recreated, its address changes (ports: 8081/TCP -> 8083/TCP)" in preview
    assert page(shop, "/one/") == "one second"
    assert page(shop, "/two/").endswith(":8083")
    assert set(shop.preview()) == {"same"}


def test_everything_in_one_group(deploy_on_aci: OnAci, free_port: int) -> None:
    """The gateway and all pods share a group; references become localhost, and nothing but the gateway is open."""
    deployment = deploy_on_aci.program(PROGRAM, {"port": str(free_port)})
    settings(deployment, placement="group")
    deployment.up()
    assert page(deployment, "/one/") == "one first"
    assert page(deployment, "/two/") == "two localhost:8081"
    assert len(deployment.groups()) == 1
    assert set(deployment.preview()) == {"same"}


def test_a_virtual_network(deploy_on_aci: OnAci, free_port: int) -> None:
    """Groups find each other, and the gateway them, by private addresses."""
    deployment = deploy_on_aci.program(PROGRAM, {"port": str(free_port)})
    settings(deployment, addressSpace="10.77.0.0/24")
    deployment.up()
    host, _, port = page(deployment, "/two/").removeprefix("two ").partition(":")
    assert (host, port) == (deployment.shell("one", "one", "hostname -i").strip().split()[-1], "8081")
    assert page(deployment, "/one/") == "one first"
    settings(deployment, addressSpace="10.78.0.0/24")
    deployment.up()
    assert page(deployment, "/one/") == "one first"
    assert set(deployment.preview()) == {"same"}
    deployment.destroy()
    assert not any(deployment.left_over().values())


FAILING = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    login = RegistryCredentials(server="127.0.0.1:25000", username="polypod", password=Secret("wrong-password"))
    SidecarPod("shop", Pod(
        Container("web", image=config.get("image") or "busybox:1.37", port=8080,
                  env={"TOKEN": Secret(config.require_secret("token"))},
                  command=[config.get("program") or "sh", "-c",
                           config.get("script") or "trap exit TERM; httpd -f -p 8080 & wait"],
                  resources=Resources(cpu=config.get("cpu") or "1", memory="1Gi")),
        registries=[login] if config.get("login") else [], replicas=int(config.get("replicas") or 1),
        ready_within=config.get("within") or "2m"))
"""


@pytest.fixture(scope="module")
def failing(deploy_on_aci_once: OnAci) -> AciDeployment:
    """A pod in which many things can be wrong."""
    return deploy_on_aci_once.program(FAILING, secrets={"token": "open-sesame"})


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"image": "nowhere.invalid/nothing:1"},
            [
                "InaccessibleImage: The image 'nowhere.invalid/nothing:1'",
                "pods.web: its container group could not be made: InaccessibleImage: ",
                "fix: correct the image",
            ],
        ),
        (
            {"image": "127.0.0.1:25000/private/nothing:1", "login": "true"},
            ["InaccessibleImage", "127.0.0.1:25000", "pods.web: ", "fix: correct the image"],
        ),
        ({"cpu": "5000"}, ["pods.web", "Azure refuses it", "fix: ask for less"]),
        (
            {"cpu": "30", "replicas": "4"},
            ["ContainerGroupQuotaReached", "StandardCores", "pods.web: ", "fix: delete groups that nobody needs"],
        ),
        (
            {"script": "echo starting with $TOKEN; exit 3", "within": "8s"},
            [
                "pods.web.main: the container was not ready within 8 s",
                "exit code: 3 (Error)",
                "restarts: ",
                "starting with [secret]",
            ],
        ),
        (
            {"program": "/nowhere"},
            [
                "pods.web.main: the container cannot be started",
                "exit code: 127",
                "no such file",
                "fix: write a command that is in the image",
            ],
        ),
    ],
    ids=["image", "password", "too-large", "quota", "crash", "missing"],
)
def test_a_failure_says_what_and_why(failing: AciDeployment, config: dict[str, str], words: list[str]) -> None:
    """With the container's state, exit code and last lines."""
    for key, value in config.items():
        failing.set(key, value)
    printed = failing.failing_up()
    for key in config:
        failing.set(key, "")
    assert [word for word in words if word not in printed] == []
    assert "Traceback" not in printed
    assert "open-sesame" not in printed
    assert "wrong-password" not in printed


def test_the_program_without_the_mistakes_works(failing: AciDeployment) -> None:
    """Nothing half-made is in its way, and nothing of it is left."""
    failing.up()
    assert set(failing.preview()) == {"same"}
    assert list(failing.groups()) == list(failing.groups("web"))
    assert len(failing.copies("web")) == 1


JOB = """
    import pulumi
    from polypod import *

    SidecarPod("job", Pod(Container("job", image="busybox:1.37", restart="never",
                                    command=["echo", pulumi.Config().get("text") or "first"])))
"""


def test_a_group_that_has_ended_is_made_anew(deploy_on_aci: OnAci) -> None:
    """Azure takes no update of it; the preview says so."""
    deployment = deploy_on_aci.program(JOB)
    deployment.up()
    assert deployment.log("job", "job") == "first\n"
    assert set(deployment.preview()) == {"same"}
    deployment.set("text", "second")
    preview = deployment.previewed_up()
    assert "is destroyed and recreated" in preview
    assert deployment.log("job", "job") == "second\n"


KEEPING = """
    from polypod import *

    SidecarPod("keeper", Pod(Container(
        "keeper", image="busybox:1.37",
        command=["sh", "-c", "trap exit TERM; date >> /data/starts; tail -f /dev/null & wait"],
        mounts=[Mount("/data", PersistentVolume("kept"))])))
"""


def test_without_the_emulator_the_user_is_told_what_to_do(deploy_on_aci: OnAci) -> None:
    """In a preview too; with a new emulator, a refresh finds out that everything is gone."""
    deployment = deploy_on_aci.program(KEEPING)
    deployment.up()
    deployment.emulator.polypod("stop")
    try:
        for command in ("preview", "up --yes --skip-preview"):
            printed = deployment.run(*command.split(), "--stack", deployment.stack, check=False)
            assert "polypod aci start" in printed
            assert "Traceback" not in printed
    finally:
        deployment.emulator.polypod("start")
    assert set(deployment.preview()) == {"same"}
    assert len(deployment.shell("keeper", "keeper", "cat /data/starts").splitlines()) == 1
    deployment.emulator.polypod("reset")
    deployment.emulator.polypod("start")
    assert "pulumi refresh" in deployment.failing_up()
    deployment.run("up", "--refresh", "--yes", "--skip-preview", "--stack", deployment.stack)
    assert len(deployment.shell("keeper", "keeper", "cat /data/starts").splitlines()) == 1

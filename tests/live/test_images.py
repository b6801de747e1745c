"""Where images come from: built from a Dockerfile, from scratch, or from a registry that asks for a password."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import docker
import httpx
import pytest
from docker.models.containers import Container

from .conftest import OnDocker, unused_port
from .deployment import ROOT, until
from .fetch import fetch
from .on_docker import DockerDeployment

BUILT = """
    import pulumi
    from polypod import *

    port = pulumi.Config().require_int("port")
    serve = ["httpd", "-f", "-p", "80", "-h", "/www"]
    built = Pod(Container("built", image=Build("image"), command=serve, port=80,
                          readiness=Probe.http("/page", period="10s")),
                termination_grace_period="0.1s")
    other = Pod(Container("other", image="busybox:1.37", command=["tail", "-f", "/dev/null"]),
                termination_grace_period="0.1s")
    bare = Pod(Container("bare", image=Build("bare"), port=8080, readiness=Probe.http("/page", period="5s"),
                         liveness=Probe.tcp()), termination_grace_period="0.1s")
    routes = [Route("/built/", built), Route("/bare/", bare)]
    stack = GatewayStack("app", Gateway([built, other, bare], routes=routes, port=port))
    pulumi.export("url", stack.url)
"""
DOCKERFILE = "ARG BASE=busybox:1.37\nFROM ${BASE}\nCOPY page /www/page\n"
BARE_DOCKERFILE = """\
ARG BASE=busybox:1.37
FROM ${BASE} AS tools
FROM scratch
COPY --from=tools /bin/busybox /httpd
COPY page /page
USER 1000
ENTRYPOINT ["/httpd", "-f", "-p", "8080", "-h", "/"]
"""


@pytest.fixture(scope="module")
def images(deploy_once: OnDocker) -> DockerDeployment:
    """A gateway before a pod built from a Dockerfile, one built from scratch and one that is neither."""
    deployment = deploy_once.program(BUILT, {"port": str(unused_port())})
    for folder, dockerfile in (("image", DOCKERFILE), ("bare", BARE_DOCKERFILE)):
        (deployment.project / folder).mkdir()
        (deployment.project / folder / "Dockerfile").write_text(dockerfile)
        (deployment.project / folder / "page").write_text("one")
    (deployment.project / "image" / ".dockerignore").write_text("notes\n")
    deployment.up()
    return deployment


def ids(deployment: DockerDeployment) -> dict[str, str]:
    """The id of the container of each pod."""
    return {
        item.labels["dev.polypod.pod"]: str(item.id) for item in deployment.containers() if item.status == "running"
    }


def test_a_change_of_one_image_touches_only_its_pod(images: DockerDeployment) -> None:
    """A changed file of the context rebuilds the image and replaces its container; an ignored file does nothing."""
    before = ids(images)
    (images.project / "image" / "notes").write_text("not part of the image")
    assert set(images.preview()) == {"same"}
    (images.project / "image" / "page").write_text("two")
    images.up()
    after = ids(images)
    assert {pod for pod in before if before[pod] != after[pod]} == {"built"}
    assert fetch(images.outputs["url"] + "/built/page").text == "two"


def test_probes_work_in_an_image_that_holds_nothing_else(images: DockerDeployment) -> None:
    """An image from scratch with one static binary, run as another user than root, becomes healthy and serves."""
    until(lambda: images.container("bare", "bare").attrs["State"]["Health"]["Status"] == "healthy")
    assert fetch(images.outputs["url"] + "/bare/page").text == "one"


def test_a_built_image_is_the_stacks_own(images: DockerDeployment) -> None:
    """Its label says so: without it, stacks that build the same would share one image."""
    found = images.client.images.list(filters={"label": f"dev.polypod.image-of=live-{images.stack}-app"})
    repositories = {tag.partition(":")[0] for image in found for tag in image.tags}
    assert repositories == {f"live-{images.stack}-app/image", f"live-{images.stack}-app/bare"}


def test_destroy_removes_the_images_that_were_built(images: DockerDeployment) -> None:
    """No image tag of the stack is left, and the public image it did not make is."""
    images.destroy()
    tags = [tag for image in images.client.images.list() for tag in image.tags]
    assert [tag for tag in tags if images.stack in tag] == []
    assert local("busybox:1.37") in tags


def local(reference: str) -> str:
    """The image that stands in for a public one on this machine."""
    return str(json.loads((ROOT / ".polypod" / "images.json").read_text()).get(reference, reference))


PRIVATE = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    server = config.require("server")
    login = RegistryCredentials(server=server, username="dev", password=Secret(config.require_secret("password")))
    SidecarPod("app", Pod(
        Container("app", image=f"{server}/private:1", command=["tail", "-f", "/dev/null"]),
        registries=[login] if config.get_bool("login") else [], termination_grace_period="0.1s"))
"""


class Registry:
    """A registry with a password, and one image in it that is not in the daemon."""

    def __init__(self, client: docker.DockerClient, folder: Path) -> None:
        self.password = secrets.token_hex(8)
        hashed = bcrypt.hashpw(self.password.encode(), bcrypt.gensalt(4)).decode()
        (folder / "htpasswd").write_text(f"dev:{hashed}\n")
        self.port = unused_port()
        self.server = f"127.0.0.1:{self.port}"
        self.reference = f"{self.server}/private:1"
        self._client = client
        self.container: Container = client.containers.run(
            local("registry:3"),
            detach=True,
            ports={"5000/tcp": ("127.0.0.1", self.port)},
            volumes={str(folder): {"bind": "/auth", "mode": "ro"}},
            environment={
                "REGISTRY_AUTH": "htpasswd",
                "REGISTRY_AUTH_HTPASSWD_REALM": "test",
                "REGISTRY_AUTH_HTPASSWD_PATH": "/auth/htpasswd",
            },
        )

    def fill(self) -> None:
        """Push the image and forget it here."""
        until(self.answers, 30)
        image = self._client.images.get(local("busybox:1.37"))
        image.tag(self.reference)
        auth = {"username": "dev", "password": self.password}
        self._client.images.push(self.reference, auth_config=auth)
        self.forget()

    def answers(self) -> bool:
        """Whether it asks for the password; Docker takes connections to its port before it listens."""
        try:
            return fetch(f"http://{self.server}/v2/").status_code == 401
        except httpx.TransportError:
            return False

    def forget(self) -> None:
        """Remove the image's tag from the daemon."""
        self._client.images.remove(self.reference)


@pytest.fixture
def registry(daemon: docker.DockerClient, tmp_path: Path) -> Iterator[Registry]:
    """A registry on the loopback address that asks for a password."""
    made = Registry(daemon, tmp_path)
    try:
        made.fill()
        yield made
    finally:
        made.container.remove(force=True, v=True)


def test_a_private_image_needs_its_login(deploy: OnDocker, registry: Registry) -> None:
    """Without a login the image and its place are named; with a wrong one the registry's answer shows; else it runs."""
    config = {"server": registry.server}
    deployment = deploy.program(PRIVATE, config, {"password": "wrong-password"})
    printed = deployment.failing_up()
    assert f"pods.app.main.image: the image '{registry.reference}' is not available" in printed
    assert "Traceback" not in printed

    deployment.set("login", "true")
    printed = deployment.failing_up()
    assert registry.reference in printed
    assert "wrong-password" not in printed

    deployment.run("config", "set", "--stack", deployment.stack, "--secret", "password", stdin=registry.password)
    deployment.up()
    assert deployment.container("app", "app").status == "running"
    assert registry.password not in deployment.exported_state()
    assert set(deployment.preview()) == {"same"}
    deployment.destroy()
    registry.forget()

"""Programs that end with a message instead of resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pulumi
import pulumi_docker
import pytest

from polypod import Build, ContainerGroup, GatewayStack, Pod, Port, Secret, SidecarPod
from polypod.targets.base import target_names
from polypod.testing import FakeDaemon, MockedEngine
from tests.engines import DOCKER, containers, run
from tests.programs import container, gateway, web

INVALID = "the program is not valid (1 problem):\n  "


@pytest.mark.parametrize(
    ("expected", "program", "config"),
    [
        (
            f"{INVALID}PP115 pods.web.main.port.number: 0 is not a port\n    fix: use a number from 1 to 65535",
            lambda: SidecarPod("c", web(port=0)),
            DOCKER,
        ),
        (
            "a target cannot run this program (1 problem):\n"
            "  PP303 pods.web.main.args[0]: rejected on docker: "
            "the Docker provider takes no empty argument for the image's own entrypoint\n"
            "    fix: give command= too",
            lambda: SidecarPod("c", web(args=[""])),
            DOCKER,
        ),
        (
            f"{INVALID}PP707 target: '' is not a target\n"
            f"    fix: use one of {', '.join(target_names())} in the stack's config polypod:target, or as target=",
            lambda: SidecarPod("c", web()),
            {},
        ),
        (
            f"{INVALID}PP104 pods.web.main.prot: unknown field\n    fix: did you mean 'port'?",
            lambda: SidecarPod("c", {"main": {"name": "web", "image": "web:1", "prot": 80}}),
            DOCKER,
        ),
        (
            f"{INVALID}PP103 program: a Pod is not a Gateway\n    fix: give a Gateway, or a mapping with its fields",
            lambda: GatewayStack("c", web()),
            DOCKER,
        ),
        (
            f"{INVALID}PP103 program: a Gateway is not a Group\n    fix: give a Group, or a mapping with its fields",
            lambda: ContainerGroup("c", gateway()),
            DOCKER,
        ),
        (
            f"{INVALID}PP103 program: a NoneType is not a Pod\n    fix: give a Pod, or a mapping with its fields",
            lambda: SidecarPod("c", None),
            DOCKER,
        ),
        (
            f"{INVALID}PP122 pods.web.main.image: there is no directory 'nowhere'\n"
            "    fix: give the build context relative to the project's root",
            lambda: SidecarPod("c", web(image=Build("nowhere"))),
            DOCKER,
        ),
    ],
)
def test_a_wrong_program_ends_before_the_first_resource(
    expected: str, program: Callable[[], object], config: Mapping[str, str]
) -> None:
    """With one message that holds every problem, and no traceback."""
    engine = MockedEngine(config=config)
    with pytest.raises(pulumi.RunError) as caught:
        engine.preview(program)
    assert str(caught.value) == expected
    assert caught.value.__suppress_context__
    assert {resource.name for resource in engine.resources} <= {"c"}


@pytest.mark.parametrize(
    ("expected", "daemon"),
    [
        (
            "  PP333 pods.web.main.image: the image 'web:1' is not available: no such image\n"
            "    fix: check its name and tag",
            FakeDaemon(missing_images=["web:1"]),
        ),
        (
            "  PP334 pods.web.main.port.publish: the host port 127.0.0.1:8081 is taken: "
            "the container 'other' publishes it\n"
            "    fix: stop that, or let pods.web.main publish another port",
            FakeDaemon(published=[(8081, "tcp")]),
        ),
    ],
)
def test_what_the_machine_lacks_is_said_before_the_first_resource(expected: str, daemon: FakeDaemon) -> None:
    """Unavailable images and ports that are taken."""
    engine = MockedEngine(config=DOCKER, daemon=daemon)
    with pytest.raises(pulumi.RunError) as caught:
        engine.up(lambda: SidecarPod("c", web(port=Port(80, publish=8081))))
    assert str(caught.value).startswith(f"the platform is not ready for this program (1 problem):\n{expected}")
    assert {resource.name for resource in engine.resources} <= {"c"}


@pytest.mark.parametrize(
    ("expected", "failing", "absent"),
    [
        (
            "pods.web.init[0]: the init container did not end well within 1 s\n"
            "    container: project-stack-c-web-0.setup\n"
            "    it was started again 100 times\n"
            "    last exit code: 1\n"
            "    last log lines:\n"
            "      password is [secret]\n",
            "project-stack-c-web-0.setup",
            {"c-web-0"},
        ),
        (
            "pods.web.main: the container was not ready within 1 s\n"
            "    container: project-stack-c-web-0\n"
            "    it was started again 100 times\n"
            "    last exit code: 1\n"
            "    last log lines:\n"
            "      password is [secret]\n",
            "project-stack-c-web-0",
            set(),
        ),
    ],
)
def test_a_container_that_fails_ends_the_update_with_its_log(expected: str, failing: str, absent: set[str]) -> None:
    """The message names the container, and shows the log without its secrets."""
    daemon = FakeDaemon(failing=[failing], logs={failing: "password is geheim"})
    env = {"PASSWORD": Secret("geheim")}
    engine = MockedEngine(config=DOCKER, daemon=daemon)
    pod = Pod(container("web", env=env), init=[container("setup", env=env)], ready_within="1s")
    with pytest.raises(pulumi.RunError) as caught:
        engine.up(lambda: SidecarPod("c", pod))
    assert expected in str(caught.value)
    assert containers(engine).keys() & absent == set()


def test_a_component_that_is_refused_is_named_whatever_becomes_of_those_before() -> None:
    """Nobody waits for pods of a program that ends with an error, and their failures do not hide it."""

    def program() -> None:
        SidecarPod("first", Pod(container("web"), ready_within="1s"))
        SidecarPod("second", web(args=[""]))

    engine = MockedEngine(config=DOCKER, daemon=FakeDaemon(failing=["project-stack-first-web-0"]))
    with pytest.raises(pulumi.RunError) as caught:
        engine.up(program)
    assert str(caught.value).startswith(
        "a target cannot run this program (1 problem):\n  PP303 pods.web.main.args[0]: "
    )


def test_a_provider_of_the_programs_own_is_refused() -> None:
    """The component makes its own, with the logins of its pods; another would be left unused in silence."""

    def program() -> None:
        mine = pulumi_docker.Provider("mine")
        SidecarPod("c", web(), pulumi.ResourceOptions(provider=mine))

    with pytest.raises(pulumi.RunError, match="  PP330 opts: a Docker provider is given, but polypod makes its own\n"):
        run(program)


def test_a_component_has_a_name_of_its_own() -> None:
    """Two of one name are refused, also where their kinds differ; the next run of the program is not."""

    def twice() -> None:
        SidecarPod("c", web())
        GatewayStack("c", gateway())

    engine = MockedEngine(config=DOCKER)
    with pytest.raises(pulumi.RunError, match=r"component\.name: another component is named 'c'\n    fix: give every"):
        engine.preview(twice)
    engine.preview(lambda: SidecarPod("c", web()))
    engine.up(lambda: SidecarPod("c", web()))
    assert "c-web-0" in containers(engine)


@pytest.mark.parametrize("name", ["Shop", "my_shop", "shop.test", "1", "-shop", ""])
def test_a_component_name_that_cannot_start_other_names_is_refused(name: str) -> None:
    """Containers, volumes and hosts are named after it."""
    with pytest.raises(pulumi.RunError, match=rf"component\.name: '{name}' is not a name\n    fix: use 1 to 50"):
        run(lambda: SidecarPod(name, web()))


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        ("tagret", "did you mean 'target'?"),
        ("kubernets", "did you mean 'kubernetes'?"),
        ("docker", "name the daemon with docker:host or docker:context"),
        ("whatever", "use one of aci, azure, folder, images, kubernetes, portable, registry, target"),
    ],
)
def test_a_key_of_the_config_that_nothing_reads(key: str, fix: str) -> None:
    """A misspelt one would do nothing, and without a word."""
    engine = MockedEngine(config={"polypod:target": "docker", f"polypod:{key}": "x", "project:own": "y"})
    with pytest.raises(pulumi.RunError) as caught:
        engine.preview(lambda: SidecarPod("app", web()))
    assert str(caught.value).startswith(
        f"the program is not valid (1 problem):\n  PP702 config polypod:{key}: unknown key\n    fix: {fix}"
    )


def test_a_project_of_the_same_name_has_keys_of_its_own() -> None:
    """Its config has the same prefix."""
    engine = MockedEngine(config={"polypod:target": "docker", "polypod:dbPassword": "x"}, project="polypod")
    engine.preview(lambda: SidecarPod("app", web()))

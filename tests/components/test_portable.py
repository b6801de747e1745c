"""What a program must keep working on, whichever target it is deployed to."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

import pulumi
import pytest

from polypod import GatewayStack, HostPathVolume, Mount, PersistentVolume, Pod, ScratchVolume, SidecarPod
from polypod.targets.base import target_names
from polypod.testing import MockedEngine
from tests.engines import containers
from tests.programs import container, gateway, web

LIMITED = [Mount("/a", ScratchVolume("a", "1Gi")), Mount("/b", ScratchVolume("b", "1Gi"))]
NO_ARGUMENT = web(args=[""])
PER_REPLICA_JOB = web(restart="never", mounts=[Mount("/a", PersistentVolume("a", per_replica=True))])


def engine(target: str = "docker", portable: object = ("docker", "kubernetes"), **config: object) -> MockedEngine:
    """An engine whose stack names targets to stay portable to."""
    listed = list(portable) if isinstance(portable, tuple) else portable
    keys = {f"polypod:{key}": value for key, value in config.items()}
    return MockedEngine(config={"polypod:target": target, "polypod:portable": listed, **keys})


def failure(pod: Pod, preview: bool = True, **config: Any) -> str:
    """What a user sees of a program that is refused before its component exists."""
    used = engine(**config)
    with pytest.raises(pulumi.RunError) as caught:
        (used.preview if preview else used.up)(lambda: SidecarPod("c", pod))
    assert used.resources == []
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.parametrize("preview", [True, False])
def test_what_another_target_rejects_ends_preview_and_update(preview: bool) -> None:
    """With the target's name, the place, the reason and the fix."""
    assert failure(PER_REPLICA_JOB, preview) == (
        "a target cannot run this program (1 problem):\n"
        "  PP407 pods.web: rejected on kubernetes: the pods of a Job have no volumes of their own\n"
        "    fix: use restart='always', or leave per_replica= out"
    )


def test_the_problems_of_all_targets_are_one_message() -> None:
    """The stack's own target says its name too, and comes first."""
    message = failure(web(args=[""], restart="never", mounts=PER_REPLICA_JOB.main.mounts))
    assert message.startswith("a target cannot run this program (2 problems):\n")
    assert message.index("pods.web.main.args[0]: rejected on docker: ") < message.index("rejected on kubernetes: ")


def test_the_stacks_own_target_need_not_be_listed() -> None:
    """It is checked in any case, and once."""
    for portable in ((), ("kubernetes",), ("kubernetes", "docker")):
        assert failure(NO_ARGUMENT, portable=portable).count("rejected on docker") == 1


def test_what_another_target_degrades_is_a_warning() -> None:
    """In one warning, with a line for each reason; the program is deployed."""
    used = engine(portable=("kubernetes",))
    model = web(mounts=[*LIMITED, Mount("/h", HostPathVolume("h", "/h"))])
    used.preview(lambda: SidecarPod("c", model))
    (warning,) = used.warnings
    docker, sizes, kubernetes, path = warning.splitlines()
    assert (docker, kubernetes) == ("degraded on docker (2 findings):", "degraded on kubernetes (1 finding):")
    assert sizes.startswith("  PP204 pods.web.main.mounts[0].volume.size, pods.web.main.mounts[1].volume.size: ")
    assert path.startswith("  PP213 pods.web.main.mounts[2]: ")
    used.up(lambda: SidecarPod("c", model))
    assert "c-web-0" in containers(used)


def test_without_the_config_only_the_stacks_own_target_has_a_say() -> None:
    """A program may be for one platform."""
    used = MockedEngine(config={"polypod:target": "docker"})
    used.preview(lambda: SidecarPod("c", web(mounts=[Mount("/h", HostPathVolume("h", "/h"))])))
    assert used.warnings == []


def test_every_target_is_checked_with_its_own_config() -> None:
    """What is wrong there is said before anything about the program."""
    message = failure(NO_ARGUMENT, kubernetes={"gatewayServce": "NodePort"})
    assert message.startswith(
        "the program is not valid (1 problem):\n  PP702 config polypod:kubernetes.gatewayServce: "
    )
    used = engine(kubernetes={"gatewayService": "NodePort"})
    used.preview(lambda: SidecarPod("c", web()))
    assert "c-web-0" in containers(used)


TARGETS = ", ".join(target_names())


@pytest.mark.parametrize(
    ("portable", "expected"),
    [
        (["docker", "kubernets"], "[1]: 'kubernets' is not a target\n    fix: did you mean 'kubernetes'?"),
        (["mars"], f"[0]: 'mars' is not a target\n    fix: use one of {TARGETS}"),
        ([["docker"]], "[0]: ['docker'] is not a target\n    fix: "),
        (["docker", "docker"], "[1]: 'docker' is listed twice\n    fix: remove one of them"),
        ("docker", f": 'docker' is not a list of targets\n    fix: write a list of {TARGETS}"),
        ("", f": '' is not a list of targets\n    fix: write a list of {TARGETS}"),
        ({"docker": True}, f": {{'docker': True}} is not a list of targets\n    fix: write a list of {TARGETS}"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(portable: object, expected: str) -> None:
    """With its place, and the name that was probably meant."""
    message = failure(web(), portable=portable)
    first, _, problem = message.partition("\n  ")
    assert first == "the program is not valid (1 problem):"
    assert problem.partition(" ")[2].startswith(f"config polypod:portable{expected}")


def test_all_that_is_wrong_with_the_list_is_said_at_once() -> None:
    """Not one after another."""
    message = failure(web(), portable=["dokcer", "kubernets"])
    assert "2 problems" in message
    assert "'docker'?" in message
    assert "'kubernetes'?" in message


CHECKED = """
import json, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pulumi_kubernetes", "kubernetes", "pulumi_azure_native", "azure"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from polypod import Container, Pod, SidecarPod
from polypod.testing import MockedEngine

engine = MockedEngine(config={"polypod:target": "docker", "polypod:portable": sys.argv[1]})
engine.preview(lambda: SidecarPod("c", Pod(Container("web", image="web:1", port=80))))
print(json.dumps([resource.name for resource in engine.resources]))
"""


@pytest.mark.parametrize("target", target_names())
def test_no_sdk_of_another_target_is_needed(target: str) -> None:
    """A developer who deploys to Docker has only what that needs."""
    command = [sys.executable, "-c", CHECKED, json.dumps([target])]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    assert "c-web-0" in json.loads(done.stdout)


@pytest.mark.parametrize("target", ["aci", "docker", "kubernetes"])
def test_what_was_judged_is_deployed(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """The program is rendered for its target once, and the plan that the check saw is the one that is deployed."""
    module = import_module(f"polypod.targets.{target}")
    rendered: list[object] = []

    def render(*args: Any) -> object:
        rendered.append(original(*args))
        return rendered[-1]

    original = module.render
    monkeypatch.setattr(module, "render", render)
    used = engine(target=target, portable=("docker", "kubernetes"), azure={"location": "westeurope"})
    used.preview(lambda: SidecarPod("c", web()))
    assert len(rendered) == 1


def test_the_gateway_is_checked_too() -> None:
    """A whole application, as a stack deploys it."""
    used = engine(target="kubernetes", portable=("docker",))
    with pytest.raises(pulumi.RunError, match="rejected on docker: the Docker provider takes no empty argument"):
        used.preview(lambda: GatewayStack("shop", gateway(NO_ARGUMENT, Pod(container("b")))))

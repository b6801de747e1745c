"""Records as arguments of the provider: every secret is one, nothing is left to chance."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from polypod import *
from polypod.model.application import Application
from polypod.model.value import Template
from polypod.targets.docker.deploy.properties import container_properties, upload_args
from polypod.targets.docker.plan.records import Container as Record
from polypod.targets.docker.plan.render import render
from polypod.targets.shared.deploy.secrets import hidden_values, output
from tests.programs import container, site

FULL = Pod(
    Container(
        "web",
        image="web:1",
        command=["a"],
        env={"PLAIN": "x", "HIDDEN": Secret("geheim"), "JOINED": concat("x", Secret("geheim"), "polypod{web.port}")},
        port=Port(80, publish=8080),
        mounts=[
            Mount("/a", ScratchVolume("a")),
            Mount("/b", HostPathVolume("b", "/b")),
            Mount("/c", ConfigVolume("c", {"f": "x", "empty": ""})),
            Mount("/d", SecretVolume("d", {"f": "x", "store": File(b"\xff\x00", mode=0o600, user=5)}), sub_path="f"),
        ],
        readiness=Probe.tcp(),
        resources=Resources(cpu=1, memory="64Mi", cpu_limit=2, memory_limit="128Mi"),
        user=1,
        working_dir="/",
    )
)
EMPTY = Pod(container(image="a:1", args=["x"]))


def record(pod: Pod) -> Record:
    """The one container of a pod."""
    return render(Application.of(pod), site()).pods[0].members[0]


def arguments(rec: Record, **network: Any) -> dict[str, Any]:
    """The arguments of a container."""
    volumes: dict[str, Any] = {
        mount.volume: SimpleNamespace(name=f"name-of-{mount.volume}", mountpoint=f"/volumes/{mount.volume}")
        for mount in rec.mounts
        if mount.volume
    }
    return container_properties(rec, image="id", network=network, volumes=volumes)


def files(pod: Pod) -> dict[str, dict[str, Any]]:
    """The files of the volumes of a pod, as the provider writes them."""
    volumes = render(Application.of(pod), site()).pods[0].volumes
    written = [upload_args(file, f"/{volume.key}/") for volume in volumes for file in volume.files]
    return {upload["file"]: upload for upload in written}


@pytest.mark.parametrize(
    ("expected", "template"),
    [
        (("plain", False), Template(("pl", "ain"))),
        (("", False), Template(())),
        (("geheim", True), Template((Secret("geheim"),))),
        (("x-geheim", True), Template(("x-", Secret("geheim")))),
    ],
)
def test_a_value_is_secret_where_a_part_is(expected: tuple[str, bool], template: Template) -> None:
    """And plain where none is, so that a preview shows it."""

    async def look() -> tuple[Any, bool]:
        later: pulumi.Output[Any] = pulumi.Output.from_input(output(template))
        return await later.future(), await later.is_secret()

    assert asyncio.run(look()) == expected


def test_secrets_of_a_program_are_secrets_of_the_provider() -> None:
    """Neither a preview nor the state shows them."""

    async def look() -> tuple[dict[str, bool], dict[str, bool]]:
        args = arguments(record(FULL))
        envs = {(await env.future()).split("=")[0]: await env.is_secret() for env in args["envs"]}
        hidden = {}
        for file, upload in files(FULL).items():
            content: pulumi.Output[Any] = pulumi.Output.from_input(upload.get("content", upload.get("contentBase64")))
            hidden[file] = await content.is_secret()
        return envs, hidden

    assert asyncio.run(look()) == (
        {"PLAIN": False, "HIDDEN": True, "JOINED": True},
        {"/web-0.c/empty": False, "/web-0.c/f": False, "/web-0.d/f": True, "/web-0.d/store": True},
    )


def test_hidden_values_are_what_logs_must_not_show() -> None:
    """Every secret text of the containers and their files, and no other."""

    async def look() -> Any:
        return await hidden_values(render(Application.of(FULL), site()).pods[0].templates)

    assert asyncio.run(look()) == {"geheim", "x", "\ufffd\x00", "%EF%BF%BD%00"}


@pytest.mark.parametrize(
    ("expected", "secret"),
    [
        ({"p%40ss", "p@ss"}, lambda: Secret("p%40ss")),
        ({"p%40ss", "p@ss"}, lambda: Secret("p@ss")),
        ({"{\n  first\n  second\n}", "first", "second"}, lambda: Secret("{\n  first\n  second\n}")),
        ({"5"}, lambda: pulumi.Output.secret(5)),
        (set(), lambda: Secret("")),
    ],
)
def test_secrets_are_hidden_as_a_log_would_show_them(expected: set[str], secret: Any) -> None:
    """Quoted as in an address and unquoted, and line by line; a number too."""

    async def look() -> Any:
        return await hidden_values(record(Pod(container(env={"A": secret()}))).templates)

    assert asyncio.run(look()) == expected


@pytest.mark.parametrize(
    ("expected", "argument"),
    [
        ("always", "restart"),
        (True, "mustRun"),
        (False, "readOnly"),
        (128, "memory"),
        (128, "memorySwap"),
        (64, "memoryReservation"),
        (200_000, "cpuQuota"),
        (100_000, "cpuPeriod"),
        (1024, "cpuShares"),
        (["no-new-privileges:true"], "securityOpts"),
        ("json-file", "logDriver"),
        ({"max-size": "10000000", "max-file": "3"}, "logOpts"),
        (10, "destroyGraceSeconds"),
        ("1", "user"),
    ],
)
def test_what_docker_is_told(expected: object, argument: str) -> None:
    """No swap on top of the memory limit, no new privileges, rotated logs."""

    async def look() -> object:
        return arguments(record(FULL))[argument]

    assert asyncio.run(look()) == expected


def test_what_a_program_leaves_open_is_left_to_the_image() -> None:
    """An empty list would differ from what the provider reads back, and every preview would show a change."""

    async def empty() -> list[str]:
        return sorted(name for name, value in arguments(record(EMPTY)).items() if value in ([], {}, ""))

    assert asyncio.run(empty()) == []


def test_an_empty_file_comes_from_nowhere() -> None:
    """The provider takes an empty content for none."""

    async def look() -> dict[str, Any]:
        return files(FULL)["/web-0.c/empty"]

    assert asyncio.run(look()) == {"file": "/web-0.c/empty", "permissions": "0444", "source": "/dev/null"}


def test_a_file_keeps_its_bytes_its_mode_and_its_owner() -> None:
    """The provider takes bytes in base64 and modes in octal."""

    async def look() -> dict[str, Any]:
        upload = files(FULL)["/web-0.d/store"]
        return {**upload, "contentBase64": await upload["contentBase64"].future()}

    written = {"file": "/web-0.d/store", "permissions": "0600", "owner": "5", "group": "0"}
    assert asyncio.run(look()) == {**written, "contentBase64": "/wA="}


def test_a_single_file_is_mounted_from_where_its_volume_is() -> None:
    """Docker before 26 mounts whole volumes only."""

    async def look() -> dict[str, Any]:
        mounts = {mount.get("containerPath"): mount for mount in arguments(record(FULL))["volumes"]}
        return {"/c": mounts["/c"], "/d": {**mounts["/d"], "hostPath": await mounts["/d"]["hostPath"].future()}}

    assert asyncio.run(look()) == {
        "/c": {"containerPath": "/c", "readOnly": True, "volumeName": "name-of-web-0.c"},
        "/d": {"containerPath": "/d", "readOnly": True, "hostPath": "/volumes/web-0.d/f"},
    }


@pytest.mark.parametrize(
    ("expected", "pod", "role"),
    [
        (True, Pod(container(restart="always")), "main"),
        (False, Pod(container(restart="on-failure")), "main"),
        (False, Pod(container(restart="never")), "main"),
        (False, Pod(container(), init=[container("setup")]), "init"),
    ],
)
def test_only_what_always_restarts_must_run(expected: bool, pod: Pod, role: str) -> None:
    """What is meant to end is not started again by the next update."""
    (rec,) = (c for c in render(Application.of(pod), site()).containers() if c.role == role)

    async def look() -> bool:
        return bool(arguments(rec)["mustRun"])

    assert asyncio.run(look()) is expected

"""Each rule about mounts, volumes and files: a program that breaks it, and what its author reads."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import *
from tests.programs import Later, found, said, web

from .messages import JOIN, LOST, MEMORY, NAME, SURROGATE, URL

MOUNT = "use an absolute path below '/', without '..' and ':'"
HOST_PATH = "use an absolute path such as '/srv/data', without '..' and ':'"
FILE = "use a path relative to the mount path"
BITS = "write its permission bits in octal, from 0o000 to 0o777, as in 0o600"
SCRATCH = ScratchVolume("data")
FILES = ConfigVolume("conf", {"a.conf": "a"})


def mounted(*volumes: Any, read_only: bool = False) -> dict[str, Any]:
    """The mounts of volumes at /m0, /m1 and so on."""
    return {"mounts": [Mount(f"/m{i}", volume, read_only=read_only) for i, volume in enumerate(volumes)]}


BROKEN: list[tuple[dict[str, Any], str, str, str]] = [
    (mounted(ConfigVolume("c", {"a": "\udc80"})), "mounts[0].volume.files.a", SURROGATE, "give bytes"),
    (
        mounted(ConfigVolume("c", {"a": ""}, mode=0o1000)),
        "mounts[0].volume.mode",
        "512 is not the mode of a file",
        BITS,
    ),
    (
        mounted(ConfigVolume("c", {"a": File("", mode=644)})),
        "mounts[0].volume.files.a.mode",
        "644 is not the mode of a file",
        BITS,
    ),
    (
        mounted(ConfigVolume("c", {"a": File("", user=-1)})),
        "mounts[0].volume.files.a.user",
        "-1 is negative",
        "use a numeric id of 0 or more",
    ),
    (
        mounted(ConfigVolume("c", {"a": File(Secret("x"))})),
        "mounts[0].volume.files.a",
        "a config volume does not hide the secret in this file",
        "use a SecretVolume",
    ),
    (
        {"mounts": [Mount("/etc/app.conf", FILES, sub_path="a.cnf")]},
        "mounts[0].sub_path",
        "'a.cnf' is no file of the volume 'conf'",
        "did you mean 'a.conf'?",
    ),
    (
        {"mounts": [Mount("/data", SCRATCH, sub_path="a")]},
        "mounts[0].sub_path",
        "only the files of a config or secret volume can be mounted one by one",
        "leave it out",
    ),
    ({"mounts": [Mount("/m", ConfigVolume("f", {"a": URL}))]}, "mounts[0].volume.files.a", LOST, JOIN),
    ({"mounts": [Mount("data", SCRATCH)]}, "mounts[0].path", "'data' is not a place to mount", MOUNT),
    ({"mounts": [Mount("/", SCRATCH)]}, "mounts[0].path", "'/' is not a place to mount", MOUNT),
    ({"mounts": [Mount("//", SCRATCH)]}, "mounts[0].path", "'//' is not a place to mount", MOUNT),
    ({"mounts": [Mount("/a/../b", SCRATCH)]}, "mounts[0].path", "'/a/../b' is not a place to mount", MOUNT),
    ({"mounts": [Mount("C:\\data", SCRATCH)]}, "mounts[0].path", "'C:\\\\data' is not a place to mount", MOUNT),
    ({"mounts": [Mount("/a:ro", SCRATCH)]}, "mounts[0].path", "'/a:ro' is not a place to mount", MOUNT),
    (
        {"mounts": [Mount("/a", SCRATCH), Mount("/a/", ScratchVolume("b"))]},
        "mounts[1].path",
        "'/a/' is mounted twice",
        "mount one volume per path",
    ),
    (
        {"mounts": [Mount("/etc/app", FILES), Mount("/etc/app/cache", SCRATCH)]},
        "mounts[1].path",
        "'/etc/app/cache' is inside '/etc/app', where nothing can be mounted: it is read-only",
        "mount one of them somewhere else",
    ),
    (
        {"mounts": [Mount("/etc/app/cache", SCRATCH), Mount("/etc/app", FILES)]},
        "mounts[1].path",
        "'/etc/app/cache' is inside '/etc/app', where nothing can be mounted: it is read-only",
        "mount one of them somewhere else",
    ),
    (
        {"mounts": [Mount("/a", SCRATCH, read_only=True), Mount("/a/b", FILES)]},
        "mounts[1].path",
        "'/a/b' is inside '/a', where nothing can be mounted: it is read-only",
        "mount one of them somewhere else",
    ),
    (mounted(ScratchVolume("Data")), "mounts[0].volume.name", "'Data' is not a name", NAME),
    (
        mounted(ConfigVolume("c", {})),
        "mounts[0].volume.files",
        "there are no files",
        "add a file, or use a ScratchVolume",
    ),
    (mounted(ConfigVolume("c", {"/a": ""})), "mounts[0].volume.files", "'/a' is not a file name", FILE),
    (mounted(ConfigVolume("c", {"../a": ""})), "mounts[0].volume.files", "'../a' is not a file name", FILE),
    (mounted(SecretVolume("c", {"": ""})), "mounts[0].volume.files", "'' is not a file name", FILE),
    (mounted(SecretVolume("c", {"a/": ""})), "mounts[0].volume.files", "'a/' is not a file name", FILE),
    (
        mounted(ConfigVolume("c", {"a/b": "", "a": ""})),
        "mounts[0].volume.files",
        "'a' is a file and the directory of 'a/b'",
        "rename one of them",
    ),
    (
        mounted(ConfigVolume("c", {"url": concat("x", Secret("y"))})),
        "mounts[0].volume.files.url",
        "a config volume does not hide the secret in this file",
        "use a SecretVolume",
    ),
    (mounted(ScratchVolume("d", "1X")), "mounts[0].volume.size", f"'1X' is not {MEMORY[6:]}", MEMORY),
    (
        mounted(PersistentVolume("d", 1)),
        "mounts[0].volume.size",
        "'1' is 1 bytes, too little for any platform",
        "write it with a unit, as in '256Mi'; the least is 1Mi",
    ),
    (mounted(HostPathVolume("h", "data")), "mounts[0].volume.path", "'data' is not a path of the machine", HOST_PATH),
    (
        mounted(HostPathVolume("h", "C:\\x")),
        "mounts[0].volume.path",
        "'C:\\\\x' is not a path of the machine",
        HOST_PATH,
    ),
    (
        mounted(HostPathVolume("h", "/a/../b")),
        "mounts[0].volume.path",
        "'/a/../b' is not a path of the machine",
        HOST_PATH,
    ),
]


@pytest.mark.parametrize(
    ("fields", "path", "what", "fix"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_rule_gives_one_problem(fields: dict[str, Any], path: str, what: str, fix: str) -> None:
    """The author reads where it is, what is wrong there and what to do."""
    assert [(f"pods.web.main.{path}", what, fix)] == said(web(**fields))


VALID: list[dict[str, Any]] = [
    mounted(ConfigVolume("c", {"a": b"\xff\x00", "b": File(b"", mode=0o555)}, mode=0)),
    mounted(SecretVolume("c", {"a": File(Secret("x"), mode=0o600, user=999, group=0)})),
    {"mounts": [Mount("/etc/app/a.conf", FILES, sub_path="a.conf"), Mount("/etc/b", FILES, sub_path="a.conf")]},
    {"mounts": [Mount("/a", SCRATCH), Mount("/a/b", FILES), Mount("/ab", ScratchVolume("c"))]},
    mounted(ConfigVolume("c", {"a/b.txt": "", "a/c": "polypod{web.port}", "d": Later()})),
    mounted(SecretVolume("c", {"a": Secret("x")}), PersistentVolume("d"), HostPathVolume("h", "/")),
]


@pytest.mark.parametrize("fields", VALID)
def test_a_valid_container_has_no_problem(fields: dict[str, Any]) -> None:
    """What every target can run is not complained about."""
    assert found(web(**fields)) == []

"""The codes of what can be wrong with volumes and where they are mounted."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code
from polypod.checks.codes.programs import web


def _mounted(*mounts: str) -> str:
    return web(f"mounts=[{', '.join(mounts)}]")


CODES: Sequence[Code] = (
    Code(
        "PP150",
        "an invalid mount path",
        "Volumes are mounted at absolute paths below '/'.",
        _mounted('Mount("data", ScratchVolume("data"))'),
        _mounted('Mount("/data", ScratchVolume("data"))'),
    ),
    Code(
        "PP151",
        "two volumes at the same path",
        "The second would hide the first.",
        _mounted('Mount("/data", ScratchVolume("a"))', 'Mount("/data", ScratchVolume("b"))'),
        _mounted('Mount("/data/a", ScratchVolume("a"))', 'Mount("/data/b", ScratchVolume("b"))'),
    ),
    Code(
        "PP152",
        "a mount inside of a read-only one",
        "Nothing can make the directory that it needs there.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b"}))', 'Mount("/etc/web/tmp", ScratchVolume("tmp"))'),
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b"}))', 'Mount("/var/tmp", ScratchVolume("tmp"))'),
    ),
    Code(
        "PP153",
        "not a path of the machine",
        "A host path is absolute, without '..' and ':'.",
        _mounted('Mount("/data", HostPathVolume("data", "srv"))'),
        _mounted('Mount("/data", HostPathVolume("data", "/srv"))'),
    ),
    Code(
        "PP154",
        "a config or secret volume without files",
        "Use a ScratchVolume for an empty directory.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {}))'),
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a.conf": "b"}))'),
    ),
    Code(
        "PP155",
        "a secret in a config volume",
        "The files of a config volume are shown in state and previews; those of a SecretVolume are not.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"key": Secret("x")}))'),
        _mounted('Mount("/etc/web", SecretVolume("conf", {"key": Secret("x")}))'),
    ),
    Code(
        "PP156",
        "not the mode of a file",
        "Permission bits are from 0o000 to 0o777; a number without 0o is read as a decimal.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b"}, mode=600))'),
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b"}, mode=0o600))'),
    ),
    Code(
        "PP157",
        "sub_path of a volume without files of its own",
        "Only the files of a config or secret volume can be mounted one by one.",
        _mounted('Mount("/data/a", ScratchVolume("data"), sub_path="a")'),
        _mounted('Mount("/data", ScratchVolume("data"))'),
    ),
    Code(
        "PP158",
        "sub_path of an unknown file",
        "It is one of the files of the volume.",
        _mounted('Mount("/etc/a.conf", ConfigVolume("conf", {"a.conf": "b"}), sub_path="a.cnf")'),
        _mounted('Mount("/etc/a.conf", ConfigVolume("conf", {"a.conf": "b"}), sub_path="a.conf")'),
    ),
    Code(
        "PP159",
        "not the name of a file",
        "The name of a file is its path below the place where the volume is mounted.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"/a.conf": "b"}))'),
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a.conf": "b"}))'),
    ),
    Code(
        "PP160",
        "a file that is also a directory",
        "One path cannot be both.",
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b", "a/c": "d"}))'),
        _mounted('Mount("/etc/web", ConfigVolume("conf", {"a": "b", "e/c": "d"}))'),
    ),
)

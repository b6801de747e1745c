"""A machine of its own for one test, whose programs are fakes."""

import importlib
import json
import shutil
import sys
import types
from pathlib import Path

import pytest

# Stands for docker: every image is there, and containers are what was created.
DOCKER = """#!/bin/sh
echo "docker $*" >>"$CALLS"
case "$*" in
  "inspect"*) cat "$FAKES/registry" ;;
  "create"*) echo false >"$FAKES/registry" ;;
  "start"*) echo true >"$FAKES/registry" ;;
  "ps"*) [ ! -e "$FAKES/registry" ] || echo c1 ;;
  "volume ls"*) [ ! -e "$FAKES/registry" ] || echo v1 ;;
  "rm"*) rm "$FAKES/registry" ;;
esac
"""


class Machine:
    """A home, a cache and a PATH to which a test adds fakes."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        """Lay out the folders."""
        self.home, self.bin, self.cache, self.calls = home, home / "bin", home / "cache", home / "calls"
        self._patch = patch
        self.folder = self.cache / "cluster"
        self.calls.touch()
        for folder in (self.bin, self.cache):
            folder.mkdir()
        images = home / "images.json"
        images.write_text(
            json.dumps({"busybox:1.37": "polypod.local/busybox:1", "registry:3": "polypod.local/registry:1"})
        )
        self.fake("docker", DOCKER)
        tools = ("env", "sh", "cat", "basename", "touch", "rm")
        for tool in tools:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        for name, value in {
            "PATH": self.bin,
            "HOME": home,
            "POLYPOD_CACHE": self.cache,
            "POLYPOD_IMAGES": images,
            "CALLS": self.calls,
            "FAKES": home,
        }.items():
            patch.setenv(name, str(value))
        patch.delenv("KUBECONFIG", raising=False)
        for module in [name for name in sys.modules if name.startswith("dev.")]:
            patch.delitem(sys.modules, module)

    def fake(self, name: str, script: str) -> None:
        """Put a fake program on PATH."""
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def module(self, name: str) -> types.ModuleType:
        """A module of dev, as this machine sees it."""
        return importlib.import_module(f"dev.{name}")

    def up(self) -> str:
        """Run 'up'; returns which cluster is in use then. The bare one is only noted."""
        self._patch.setattr(self.module("bare_machine.cluster.bare"), "up", lambda: self.calls.write_text("bare up\n"))
        self._patch.setattr(self.module("bare_machine.cluster.containerd"), "load", lambda _: None)
        self.module("cluster.choice").up()
        return (self.folder / "chosen").read_text()

    def down(self) -> None:
        """Run 'down'."""
        self.module("cluster.choice").down()

    def called(self, start: str) -> list[str]:
        """Return the calls that fakes have noted and that begin with these words."""
        return [call for call in self.calls.read_text().splitlines() if call.startswith(start)]

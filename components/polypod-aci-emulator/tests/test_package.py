"""The package as its users get it: its modules, its command, its wheel."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

import polypod_aci_emulator
from polypod_aci_emulator.cli import aci

PROJECT = Path(__file__).parents[1]
SOURCES = sorted((PROJECT / "polypod_aci_emulator").rglob("*.py"))


def test_every_module_can_be_imported() -> None:
    """And says in a docstring what it is for."""
    names = [module.name for module in pkgutil.walk_packages(polypod_aci_emulator.__path__, "polypod_aci_emulator.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    assert [module.__name__ for module in modules if not module.__doc__] == []
    assert len(modules) > 30


def test_polypod_finds_the_command() -> None:
    """Where this package is installed."""
    (found,) = entry_points(group="polypod.commands", name="aci")
    assert found.load() is aci


def test_the_server_loads_no_pulumi() -> None:
    """Only the plugin needs it."""
    code = "import json, sys, polypod_aci_emulator.server.serve; print(json.dumps(list(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "pulumi" not in json.loads(output)


def test_both_packages_have_one_version() -> None:
    """The emulator uses modules of polypod that are not public."""
    project, polypod = (
        tomllib.loads((folder / "pyproject.toml").read_text())["project"] for folder in (PROJECT, PROJECT.parents[1])
    )
    assert project["version"] == polypod["version"]
    assert f"polypod=={polypod['version']}" in project["dependencies"]


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    """Every source file, the typing marker, the licence and the entry point; no tests, no documents."""
    (wheel,) = WheelBuilder(str(PROJECT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    info = f"polypod_aci_emulator-{version}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"polypod_aci_emulator", info}
    package = {str(path.relative_to(PROJECT)) for path in SOURCES} | {"polypod_aci_emulator/py.typed"}
    assert {name for name in names if name.startswith("polypod_aci_emulator/")} == package
    metadata = {name.removeprefix(f"{info}/") for name in names}
    assert {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"} <= metadata

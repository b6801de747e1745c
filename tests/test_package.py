"""The package as its users get it: names, imports, documentation, the wheel."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import attrs
import pytest
from hatchling.builders.wheel import WheelBuilder

import polypod
import polypod.patterns

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "components" / "polypod").rglob("*.py"))

PUBLIC = [
    "Access",
    "Autoscale",
    "Backend",
    "Build",
    "ConfigVolume",
    "Container",
    "ContainerGroup",
    "DeploymentError",
    "Feature",
    "File",
    "Finding",
    "Gateway",
    "GatewayStack",
    "Group",
    "HostPathVolume",
    "LogOptions",
    "ModelError",
    "Mount",
    "PersistentVolume",
    "Pod",
    "PodReference",
    "PolypodError",
    "Port",
    "Probe",
    "Problem",
    "RegistryCredentials",
    "RejectedError",
    "Resources",
    "Route",
    "ScratchVolume",
    "Secret",
    "SecretVolume",
    "SidecarPod",
    "Template",
    "UnreadyError",
    "Verdict",
    "check",
    "concat",
]
PATTERNS = ["log_tailer", "postgres", "redis", "wait_for"]


@pytest.mark.parametrize(("expected", "module"), [(PUBLIC, polypod), (PATTERNS, polypod.patterns)])
def test_the_public_names_are_these(expected: list[str], module: object) -> None:
    """A name that comes or goes is a decision, not an accident."""
    assert module.__all__ == expected


@pytest.mark.parametrize("module", [polypod, polypod.patterns])
def test_public_names_are_sorted_and_there(module: object) -> None:
    """So that they are easy to find."""
    assert module.__all__ == sorted(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def _documented() -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for module in (polypod, polypod.patterns):
        for name in module.__all__:
            public = getattr(module, name)
            found.append((name, public))
            members = vars(public).items() if inspect.isclass(public) else ()
            found += [
                (f"{name}.{member}", value)
                for member, value in members
                if not member.startswith("_") and (callable(value) or isinstance(value, property | classmethod))
            ]
    return found


def test_every_public_name_is_documented() -> None:
    """Classes, functions, methods and properties; a docstring is a sentence."""
    undocumented = [name for name, public in _documented() if not re.match(r"\S.*\.(\n|$)", _doc(public))]
    assert undocumented == []


def _doc(public: object) -> str:
    return (inspect.getdoc(public) or "").partition("\n\n")[0].replace("\n", " ")


MODELS = [value for name in PUBLIC if attrs.has(value := getattr(polypod, name))]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_the_model_is_documented(model: type) -> None:
    """Also those a class inherits; each by its name in the docstring's Args."""
    docs = "\n".join(inspect.getdoc(base) or "" for base in model.__mro__ if attrs.has(base))
    documented = set(re.findall(r"^\s+(\w+): ", docs, re.MULTILINE))
    assert {field.name for field in attrs.fields(model)} - documented == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_model_is_frozen(model: type) -> None:
    """What was checked is what is deployed."""
    assert model.__setattr__ is not object.__setattr__


def _loaded(code: str) -> set[str]:
    """The packages that a program loads."""
    code = f"import json, sys\n{code}\nprint(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    return set(json.loads(output))


def test_importing_the_package_loads_no_heavy_sdk() -> None:
    """Providers and platforms load only when a target is used."""
    heavy = {"pulumi_docker", "pulumi_kubernetes", "pulumi_azure_native", "docker", "kubernetes", "requests"}
    assert heavy & _loaded("import polypod, polypod.patterns, polypod.targets.check, polypod.targets.docker") == set()


@pytest.mark.parametrize("module", ["polypod", "polypod.patterns", "polypod.azure"])
def test_pulumi_loads_only_with_a_component(module: str) -> None:
    """The checks of a model do not need it; a component does."""
    assert "pulumi" not in _loaded(f"import {module}")
    assert "pulumi" in _loaded(f"import {module}\nfrom polypod import SidecarPod")


@pytest.mark.parametrize("target", ["aci", "kubernetes"])
def test_only_programs_that_build_images_load_dockers_client(target: str) -> None:
    """All others of these targets have nothing to ask a daemon."""
    assert "docker" not in _loaded(f"import polypod.targets.{target}.deploy.resources")


def test_the_layers_hold() -> None:
    """The model knows no Pulumi, the targets do not know each other, and nothing imports upwards."""
    tool = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([tool, "--no-logo", "--no-cache"], check=False, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


PURE = [
    path
    for path in SOURCES
    if {"checks", "model", "patterns", "plan"} & set(path.parts) or path.name == "model_from_data.py"
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_the_pure_parts_import_no_pulumi(path: Path) -> None:
    """Also not inside a function."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported & {"pulumi", "pulumi_docker", "docker"} == set()


def test_one_module_reads_the_config_of_the_stack() -> None:
    """Everything else gets values from it."""
    readers = [path.name for path in SOURCES if re.search(r"pulumi\.Config\(|import config_keys", path.read_text())]
    assert readers == ["stack_config.py"]


def test_every_module_can_be_imported() -> None:
    """And says in a docstring what it is for."""
    names = [module.name for module in pkgutil.walk_packages(polypod.__path__, "polypod.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    assert [module.__name__ for module in modules if not module.__doc__] == []
    assert len(modules) > 30


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    """Every source file and script, the typing marker and the licence; no tests, no stacks."""
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    info = f"polypod-{version}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"polypod", info}
    others = (file for kind in ("*.sh", "*.schema.json") for file in (ROOT / "components" / "polypod").rglob(kind))
    package = {str(path.relative_to(ROOT / "components")) for path in (*SOURCES, *others)} | {"polypod/py.typed"}
    assert {name for name in names if name.startswith("polypod/")} == package
    assert {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"} <= {name.removeprefix(f"{info}/") for name in names}


def test_errors_print_what_they_carry() -> None:
    """One problem or several, each with its path and its fix."""
    problems = [polypod.Problem("PP1", "a", "is wrong", "do this"), polypod.Problem("PP2", "b", "too", "do that")]
    for error in (polypod.ModelError, polypod.RejectedError, polypod.UnreadyError, polypod.DeploymentError):
        assert issubclass(error, polypod.PolypodError)
        assert str(error(problems[:1])) == f"{error.title} (1 problem):\n  PP1 a: is wrong\n    fix: do this"
        assert str(error(iter(problems))).endswith(
            "(2 problems):\n  PP1 a: is wrong\n    fix: do this\n  PP2 b: too\n    fix: do that"
        )
    assert issubclass(polypod.ModelError, ValueError)


def test_the_tree_of_errors_is_drawn_in_its_docstring() -> None:
    """Readers see at once what to catch."""
    errors = importlib.import_module("polypod.errors")
    classes = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert set(re.findall(r"\b(\w+Error)\b", errors.__doc__ or "")) - {"ValueError"} == classes

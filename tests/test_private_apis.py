"""The modules that use what other libraries do not publish, and that no other one does."""

from __future__ import annotations

import ast
import asyncio
import contextvars
import json
import logging
import re
from collections.abc import Callable, Coroutine, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pulumi
import pytest

from polypod import private_apis
from tests.common import ROOT

OWN = ("polypod", "polypod_aci_emulator", "tests", "helpers", "dev", "bench")
FOLDERS = ("components", "dev", "bench", "tests")
MODULES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]
PRIVATE = [path for path in MODULES if path.name == "private_apis.py"]
SOURCES = [path for path in MODULES if path not in PRIVATE]
PUBLISHED = frozenset(vars(pulumi.runtime)["__all__"])
T = TypeVar("T")


def private_names(source: str) -> Iterator[str]:
    """What a module uses of other libraries that they do not publish; ruff's SLF001 finds the attributes."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                used = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=0):
                used = [f"{module}.{alias.name}" for alias in names]
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="pulumi"), attr="runtime"), attr=name):
                used = [f"pulumi.runtime.{name}"]
            case ast.Call(func=ast.Name(id="getattr" | "hasattr" | "setattr"), args=[_, ast.Constant(value=name), *_]):
                used = [str(name)]
            case _:
                used = []
        yield from (name for name in used if _is_private(name))


def _is_private(name: str) -> bool:
    library, *parts = name.split(".")
    if library in OWN or library == "__future__":
        return False
    if name.startswith("pulumi.runtime.") and parts[1] not in PUBLISHED:
        return True
    return any(part.startswith("_") and not part.startswith("__") for part in (library, *parts))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from pulumi import _types", ["pulumi._types"]),
        ("from pulumi.runtime.stack import Stack", ["pulumi.runtime.stack.Stack"]),
        ("from pulumi.runtime import settings", ["pulumi.runtime.settings"]),
        ("pulumi.runtime.settings.ROOT", ["pulumi.runtime.settings"]),
        ("import pip._internal", ["pip._internal"]),
        ("getattr(stream, '_sock', stream)", ["_sock"]),
        ("from pulumi.runtime import rpc", []),
        ("pulumi.runtime.is_dry_run()", []),
        ("from polypod.targets import _own", []),
        ("from . import _own", []),
        ("getattr(container, name)", []),
    ],
)
def test_private_names_are_found(line: str, found: list[str]) -> None:
    """In imports, below `pulumi.runtime`, and where an attribute is named by a text."""
    assert list(private_names(line)) == found


def test_no_other_module_uses_private_names() -> None:
    """Nor does one of the packages switch off the check of attributes."""
    used = {str(path.relative_to(ROOT)): list(private_names(path.read_text())) for path in SOURCES}
    assert {path: names for path, names in used.items() if names} == {}
    packages = [path for path in SOURCES if "tests" not in path.parts]
    assert [path.name for path in packages if re.search(r"noqa.*SLF", path.read_text())] == []


@pytest.mark.parametrize("path", PRIVATE, ids=lambda path: path.parent.name)
def test_they_were_checked_with_the_versions_that_are_installed(path: Path) -> None:
    """Whoever upgrades a library looks at each of them again, and at whether there is a public way by now."""
    (checked,) = re.findall(
        r"^Checked with (.*)\.$", ast.get_docstring(ast.parse(path.read_text())) or "", re.MULTILINE
    )
    stated = dict(re.findall(r"([\w-]+) (\d[\d.]*\d)", checked))
    assert stated == {library: version(library) for library in stated}
    assert stated


def in_a_run_of_its_own(task: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of an asynchronous task, without a trace in this test's process."""
    return contextvars.copy_context().run(asyncio.run, task())


class Engine(private_apis.MockMonitor):
    """A mocked engine that gives resources an ID and their size, and knows one function."""

    def __init__(self) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # it answers everything itself
        self.requests: list[Any] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name is Pulumi's
        """Give it an ID and outputs."""
        self.requests.append(request)
        request.object.update({"size": 7})
        return private_apis.registered(f"urn:of::{request.name}", f"id-of-{request.name}", request.object)

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - the name is Pulumi's
        """Return the arguments of a function, or refuse it."""
        return private_apis.returned(request.args) if request.tok == "test:index:echo" else private_apis.refused("no")


@attrs.frozen
class Run:
    """What a run of a program has left.

    Args:
        requests: The resources that it registered.
        outputs: What it exported.
        root: The project's root directory, as the program saw it.
    """

    requests: list[Any]
    outputs: dict[str, Any]
    root: str


def run(program: Callable[[], None]) -> Run:
    """Run a program with a mocked engine."""

    async def main() -> Run:
        engine, root = Engine(), Path("/the/project")
        logger = logging.Logger("run")
        private_apis.start_mocked_run(engine, "shop", "dev", preview=False, logger=logger, root=root)
        await private_apis.run_to_the_end(program)
        exported = private_apis.stack_outputs().items()
        outputs = {name: await pulumi.Output.from_input(value).future() for name, value in exported}
        return Run(engine.requests, outputs, str(pulumi.runtime.get_root_directory()))

    return in_a_run_of_its_own(main)


class Thing(pulumi.CustomResource):
    """A resource."""

    size: pulumi.Output[int]

    def __init__(self, name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Thing", name, properties, opts)


def test_the_keys_of_the_config_are_those_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the engine, in the environment, and by tests."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"a:one": "1"}))

    async def look() -> set[str]:
        pulumi.runtime.set_all_config({"b:two": "2"})
        return private_apis.config_keys()

    assert in_a_run_of_its_own(look) == {"a:one", "b:two"}


def test_a_mocked_run_has_a_stack_a_root_and_outputs() -> None:
    """Each run its own."""

    def export(value: int) -> None:
        pulumi.export(f"value{value}", pulumi.Output.from_input(value))

    first, second = run(lambda: export(1)), run(lambda: export(2))
    assert (first.outputs, second.outputs) == ({"value1": 1}, {"value2": 2})
    assert [request.type for request in second.requests] == ["pulumi:pulumi:Stack"]
    assert second.root == "/the/project"


def test_a_mocked_run_takes_resource_hooks() -> None:
    """Which need a server of callbacks in a real one."""

    def program() -> None:
        hook = pulumi.ResourceHook("hook", lambda _: None)
        Thing("hooked", {}, pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[hook])))

    assert [request.name for request in run(program).requests] == ["shop-dev", "hooked"]


def test_a_run_awaits_what_the_program_has_started() -> None:
    """And raises what goes wrong in it."""
    done: list[int] = []

    def program() -> None:
        pulumi.Output.from_input(2).apply(done.append)

    run(program)
    assert done == [2]
    with pytest.raises(KeyError):
        run(lambda: {}["absent"])


def test_an_engine_answers_registrations() -> None:
    """With an ID and outputs."""

    def program() -> None:
        it = Thing("it", {"size": None})
        pulumi.export("all", [it.urn, it.id, it.size])

    assert run(program).outputs == {"all": ["urn:of::it", "id-of-it", 7]}


def test_an_engine_answers_functions() -> None:
    """With a result or with what is wrong."""

    def program(function: str) -> None:
        pulumi.export("answer", pulumi.runtime.invoke_async(f"test:index:{function}", {"size": 7}))

    assert run(lambda: program("echo")).outputs == {"answer": {"size": 7}}
    with pytest.raises(Exception, match="no"):
        run(lambda: program("another"))


def test_secrets_are_known_on_the_wire() -> None:
    """By the envelope around them."""
    requests = run(lambda: Thing("it", {"public": {"value": "a"}, "hidden": pulumi.Output.secret("b")})).requests
    sent = requests[-1].object.fields
    public, hidden = (
        {key: item.string_value for key, item in sent[name].struct_value.fields.items()}
        for name in ("public", "hidden")
    )
    assert not private_apis.is_secret(public)
    assert private_apis.is_secret(hidden)
    assert (public["value"], hidden["value"]) == ("a", "b")

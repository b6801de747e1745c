"""Values of the wrong kind are problems like all others: no rule and no constructor ends in a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from polypod import *
from polypod.model.quantity import Quantity
from tests.programs import Later, container, found, gateway, said, web

VALUE = "a string, a number, a Secret, a Template or a Pulumi output"
SIGNAL = "'SIGABRT', 'SIGALRM', 'SIGHUP', 'SIGINT', 'SIGKILL', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2' or 'SIGWINCH'"
CONTENT = "a string, a number, a Secret, a Template, a Pulumi output, bytes or a File"

WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"name": None}, "name", "None is not a string", "give a string"),
    ({"image": 5}, "image", "5 is not a string, a Build or a Pulumi output", "write it in quotes"),
    (
        {"image": None},
        "image",
        "None is not a string, a Build or a Pulumi output",
        "give a string, a Build or a Pulumi output",
    ),
    ({"command": "sleep 5"}, "command", "'sleep 5' is not a list, each item a string", "put it into a list"),
    ({"command": None}, "command", "None is not a list, each item a string", "give a list, each item a string"),
    ({"args": ["-p", 80]}, "args[1]", "80 is not a string", "write it in quotes"),
    ({"args": [Secret("geheim")]}, "args[0]", "a Secret is not a string", "give a string"),
    ({"env": ["A=b"]}, "env", f"a list is not a mapping, each value {VALUE}", f"give a mapping, each value {VALUE}"),
    ({"env": {"A": True}}, "env.A", f"True is not {VALUE}", "write 'true' or 'false' in quotes"),
    ({"env": {"A": None}}, "env.A", f"None is not {VALUE}", f"give {VALUE}"),
    (
        {"env": {"A": concat("x", True)}},
        "env.A.parts[1]",
        "True is not a string, a Secret or a Pulumi output",
        "write 'true' or 'false' in quotes",
    ),
    (
        {"env": {"A": Secret(1234)}},
        "env.A.value",
        "an integer is not a string or a Pulumi output",
        "write it in quotes",
    ),
    ({"env": {"A": ["geheim"]}}, "env.A", f"a list is not {VALUE}", f"give {VALUE}"),
    ({"env": {5: "A"}}, "env", "the name 5 is not a string", "give a string"),
    ({"port": "8080"}, "port", "'8080' is not an integer or a Port", "write it without quotes"),
    ({"port": True}, "port", "True is not an integer or a Port", "give an integer or a Port"),
    ({"port": 80.5}, "port", "80.5 is not an integer or a Port", "give an integer or a Port"),
    ({"port": Port("80")}, "port.number", "'80' is not an integer", "write it without quotes"),
    ({"port": Port(80, publish=True)}, "port.publish", "True is not an integer", "give an integer"),
    ({"port": Port(80, protocol="sctp")}, "port.protocol", "'sctp' is not 'tcp' or 'udp'", "give 'tcp' or 'udp'"),
    ({"ports": 8080}, "ports", "8080 is not a list, each item a Port", "give a list, each item a Port"),
    ({"ports": ["8080"]}, "ports[0]", "'8080' is not a Port", "give a Port"),
    (
        {"mounts": Mount("/a", ScratchVolume("a"))},
        "mounts",
        "a Mount is not a list, each item a Mount",
        "put it into a list",
    ),
    (
        {"mounts": {"/a": ScratchVolume("a")}},
        "mounts",
        "a mapping is not a list, each item a Mount",
        "give a list, each item a Mount",
    ),
    (
        {"mounts": [Mount("/a", ConfigVolume("c", {"a": 1.5, "b": None}))]},
        "mounts[0].volume.files.b",
        f"None is not {CONTENT}",
        f"give {CONTENT}",
    ),
    ({"env": {"A": b"x"}}, "env.A", f"bytes is not {VALUE}", f"give {VALUE}"),
    ({"readiness": "/health"}, "readiness", "'/health' is not a Probe", "give a Probe"),
    ({"readiness": Probe.http(5)}, "readiness.action.path", "5 is not a string", "write it in quotes"),
    ({"resources": {"cpu": 1}}, "resources", "a mapping is not a Resources", "give a Resources"),
    (
        {"restart": "no"},
        "restart",
        "'no' is not 'always', 'on-failure' or 'never'",
        "give 'always', 'on-failure' or 'never'",
    ),
    (
        {"restart": False},
        "restart",
        "False is not 'always', 'on-failure' or 'never'",
        "give 'always', 'on-failure' or 'never'",
    ),
    ({"stop_signal": "SIGQIT"}, "stop_signal", f"'SIGQIT' is not {SIGNAL}", f"give {SIGNAL}"),
    ({"stop_signal": 3}, "stop_signal", f"3 is not {SIGNAL}", f"give {SIGNAL}"),
    ({"user": "postgres"}, "user", "'postgres' is not an integer", "give an integer"),
    ({"read_only_root": "no"}, "read_only_root", "'no' is not True or False", "give True or False"),
    ({"read_only_root": 1}, "read_only_root", "1 is not True or False", "give True or False"),
    (
        {"working_dir": Later("/app")},
        "working_dir",
        "a Later is not a string",
        "give a string that is known before the deployment",
    ),
]


@pytest.mark.parametrize(("fields", "path", "what", "fix"), WRONG, ids=[f"{row[1]}: {row[2]}" for row in WRONG])
def test_a_wrong_kind_of_value_gives_one_problem(fields: dict[str, Any], path: str, what: str, fix: str) -> None:
    """The author reads what the place takes."""
    name = fields.get("name", "web")
    place = "pods.web" if name == "web" else "pods[0]"
    assert [(f"{place}.main.{path}", what, fix)] == said(Pod(Container(**{"name": name, "image": "a:1", **fields})))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Gateway(5), ["pods: 5 is not a mapping, each value a Pod or a Group"]),
        (Gateway(web()), ["pods: a Pod is not a mapping, each value a Pod or a Group"]),
        (Gateway("web"), ["pods: 'web' is not a mapping, each value a Pod or a Group"]),
        (Gateway([container()]), ["pods[0]: a Container is not a Pod or a Group"]),
        (Gateway({5: web()}), ["pods: the name 5 is not a string"]),
        (Gateway([Pod("web")]), ["pods[0].main: 'web' is not a Container"]),
        (gateway(routes=Route("/", "web")), ["routes: a Route is not a list, each item a Route"]),
        (gateway(routes=[Route("/", None)]), ["routes[0].to: None is not a list, each item a Backend"]),
        (gateway(routes=[Route("/", [5])]), ["routes[0].to[0].pod: 5 is not a string"]),
        (gateway(routes=["/"]), ["routes[0]: '/' is not a Route"]),
        (gateway(port="80"), ["gateway.port: '80' is not an integer"]),
        (
            Pod(container(), sidecars=container()),
            ["pods.web.sidecars: a Container is not a list, each item a Container"],
        ),
        (Pod(container(), depends_on="db"), ["pods.web.depends_on: 'db' is not a list, each item a string"]),
        (Pod(container(), depends_on=[None]), ["pods.web.depends_on[0]: None is not a string"]),
        (Pod(container(), depends_on=7), ["pods.web.depends_on: 7 is not a list, each item a string"]),
        (Group("g", peers=None), ["pods.g.peers: None is not a list, each item a Container"]),
        (Group(None, peers=[container()]), ["pods[0].name: None is not a string"]),
    ],
)
def test_a_wrong_kind_of_part_gives_one_problem(model: Any, expected: list[str]) -> None:
    """The same holds for pods, routes and the gateway."""
    assert expected == [f"{problem.path}: {problem.what}" for problem in found(model)]


@pytest.mark.parametrize(
    "model",
    [
        Pod(container(env={"A": Secret(["geheim"])})),
        Pod(container(), access=Access(password="geheim")),
        Pod(container(), registries=[RegistryCredentials(server="a", username="b", password="geheim")]),
    ],
)
def test_a_password_in_the_wrong_place_is_not_shown(model: Pod) -> None:
    """The message says what is wrong without repeating the value."""
    problems = found(model)
    assert (len(problems), "geheim" in str(problems)) == (1, False)


def test_one_wrong_kind_does_not_hide_what_is_wrong_with_other_pods() -> None:
    """Only the rules that would read the value are left out."""
    model = Gateway([web(port="80"), Pod(container("job", user=-1))])
    assert [problem.path for problem in found(model)] == ["pods.web.main.port", "pods.job.main.user"]


FULL = Gateway(
    [
        Pod(
            Container(
                "web",
                image=Build(".", args={"A": "b"}),
                command=["a"],
                args=["b"],
                env={"A": concat("a", Secret("b"))},
                port=80,
                ports=[Port(81, name="x", publish=81)],
                mounts=[
                    Mount("/a", ScratchVolume("a", "1Gi")),
                    Mount("/b", ConfigVolume("b", {"a": "b"})),
                    Mount("/c", SecretVolume("c", {"a": Secret("b")})),
                    Mount("/d", PersistentVolume("d")),
                    Mount("/e", HostPathVolume("e", "/e")),
                ],
                readiness=Probe.http("/", initial_delay=1),
                liveness=Probe.tcp(80),
                startup=Probe.exec("a"),
                resources=Resources("1", "1Gi"),
                user=1,
                group=1,
                working_dir="/",
                logs=LogOptions(),
            ),
            init=[container("init")],
            sidecars=[container("sidecar")],
            depends_on=["group"],
            access=Access(user="a", password=Secret("b")),
            registries=[RegistryCredentials(server="a", username="b", password=Secret("c"))],
        ),
        Group("group", peers=[container("group"), container("peer")]),
    ],
    routes=[Route("/", Backend("web", port=80), timeout="1s", max_body_size="1M")],
)

JUNK = [None, True, -1, 1.5, "junk", b"junk", [], [None], {}, {"a": None}, {1: 2}, Pod, web(), Secret("junk"), object()]


def _changed(value: Any, junk: object, seen: set[tuple[type, str, bool]]) -> Iterator[tuple[str, Any]]:
    """Every copy of a value in which one thing is replaced, with its path; once for each field."""
    parts: list[tuple[str, Any, Callable[[Any], Any]]] = []
    if attrs.has(type(value)) and not isinstance(value, Quantity):
        for name in (field.name for field in attrs.fields(type(value))):
            old = getattr(value, name)
            if (type(value), name, bool(old)) not in seen:
                seen.add((type(value), name, bool(old)))
                parts.append((f".{name}", old, lambda new, name=name: attrs.evolve(value, **{name: new})))
    elif isinstance(value, tuple):
        parts += [(f"[{i}]", old, lambda new, i=i: (*value[:i], new, *value[i + 1 :])) for i, old in enumerate(value)]
    elif isinstance(value, Mapping):
        parts += [(f".{key}", old, lambda new, key=key: {**value, key: new}) for key, old in value.items()]
    for path, old, replaced in parts:
        yield path, replaced(junk)
        for below, new in _changed(old, junk, seen):
            yield f"{path}{below}", replaced(new)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that holds a Dockerfile."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "Dockerfile").touch()
    return folder


def test_the_full_program_itself_is_valid(root: Path) -> None:
    """The next test changes one thing of it at a time."""
    assert found(FULL, root) == []


@pytest.mark.parametrize("junk", JUNK, ids=[repr(junk)[:20] for junk in JUNK])
def test_no_value_anywhere_ends_in_a_traceback(root: Path, junk: object) -> None:
    """Whatever stands in whatever place, the rules give problems and raise nothing."""
    changed = list(_changed(FULL, junk, set()))
    reported = {path for path, model in changed if found(model, root)}
    assert len(changed) > 100
    if type(junk) is object:
        assert {path for path, _ in changed} - reported == set()

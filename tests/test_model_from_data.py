"""Applications written as plain data: by a program in another language, or in a YAML file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from polypod import *
from polypod.model_from_data import structure
from tests.programs import Later, web
from tests.whole_model import CAMEL, CONF_DATA, MODEL


def _snake(data: Any) -> Any:
    """The same data with the fields of the model as Python writes them."""
    names = {
        "readOnly": "read_only", "failureThreshold": "failure_threshold", "initialDelay": "initial_delay",
        "cpuLimit": "cpu_limit", "readOnlyRoot": "read_only_root", "workingDir": "working_dir",
        "maxSize": "max_size", "maxFiles": "max_files", "dependsOn": "depends_on",
        "terminationGracePeriod": "termination_grace_period", "readyWithin": "ready_within",
        "stripPrefix": "strip_prefix", "maxBodySize": "max_body_size", "connectTimeout": "connect_timeout",
    }  # fmt: skip
    if isinstance(data, dict):
        return {names.get(key, key): _snake(value) for key, value in data.items()}
    return [_snake(value) for value in data] if isinstance(data, list) else data


def _floats(data: Any) -> Any:
    """The same data with its numbers as JSON parsers of other languages hand them over."""
    if isinstance(data, dict):
        return {key: _floats(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_floats(value) for value in data]
    return float(data) if type(data) is int else data


@pytest.mark.parametrize(
    "data",
    [CAMEL, _snake(CAMEL), _floats(CAMEL), json.loads(json.dumps(CAMEL)), {**CAMEL, "pods": MODEL.pods}],
    ids=["camelCase", "snake_case", "numbers as floats", "through JSON", "with parts of the model"],
)
def test_plain_data_describes_every_part_of_the_model(data: dict[str, Any]) -> None:
    """What a Python program can say, data can say too."""
    assert structure(data, Gateway) == MODEL


def test_pods_may_come_as_a_list() -> None:
    """Then every pod has a name of its own."""
    data = {"pods": [{"main": {"name": "web", "image": "web:1", "port": 80}}], "routes": [{"prefix": "/", "to": "web"}]}
    assert structure(data, Gateway) == Gateway([web()], routes=[Route("/", "web")])


@pytest.mark.parametrize("model", [MODEL, MODEL.pods["flask"], MODEL.pods["db"]], ids=["gateway", "pod", "group"])
def test_a_model_is_returned_as_it_is(model: Any) -> None:
    """Programs in Python need no plain data."""
    assert structure(model, type(model)) is model


def test_nothing_stands_for_the_default() -> None:
    """As an empty field of a YAML file does; what has no default is still asked for."""
    data = {"main": {**WEB, "port": None, "env": None, "restart": None}, "replicas": None}
    assert structure(data, Pod) == Pod(Container("web", image="web:1"))
    with pytest.raises(ModelError) as caught:
        structure({"main": {**WEB, "image": None}}, Pod)
    assert [problem.path for problem in caught.value.problems] == ["pods.web.main.image"]


def test_a_pod_and_a_group_can_stand_alone() -> None:
    """The other two components take one of them."""
    flask = {"main": {"name": "flask", **CAMEL["pods"]["flask"]["main"]}}
    assert structure(flask, Pod).main == MODEL.pods["flask"].main  # type: ignore[attr-defined]
    assert structure({"name": "db", **CAMEL["pods"]["db"]}, Group) == MODEL.pods["db"]


def test_values_that_are_known_later_pass_through() -> None:
    """They stand where the model allows them: images, values, files and passwords."""
    later = Later()
    data = {
        "main": {
            "name": "web",
            "image": later,
            "env": {"A": later, "B": {"secret": later}, "C": {"concat": ["a", later]}},
            "mounts": [{"path": "/m", "volume": {"kind": "secret", "name": "s", "files": {"f": later}}}],
        },
        "access": {"password": later},
        "registries": [{"server": "r.io", "username": later, "password": later}],
    }
    expected = Pod(
        Container(
            "web",
            image=later,
            env={"A": later, "B": Secret(later), "C": concat("a", later)},
            mounts=[Mount("/m", SecretVolume("s", {"f": later}))],
        ),
        access=Access(password=Secret(later)),
        registries=[RegistryCredentials(server="r.io", username=later, password=Secret(later))],
    )
    assert structure(data, Pod) == expected


WEB = {"name": "web", "image": "web:1"}
KINDS = "give kind: scratch, config, secret, persistent, hostPath"
VALUES = "write {secret: ...} or {concat: [...]}"


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ({**WEB, "prot": 80}, "prot: unknown field; did you mean 'port'?"),
        ({**WEB, "readOnlyRot": True}, "readOnlyRot: unknown field; did you mean 'read_only_root'?"),
        (
            {**WEB, "image": {"context": ".", "xyzzy": 1}},
            "image.xyzzy: unknown field; use one of args, context, dockerfile, target",
        ),
        (
            {**WEB, "readOnlyRoot": True, "read_only_root": True},
            "read_only_root: the field is given twice; remove one of them",
        ),
        ({"name": "web"}, "image: nothing is given; give a string, a Build or a Pulumi output"),
        ({**WEB, "port": "80"}, "port: '80' is not an integer or a Port; write it without quotes"),
        ({**WEB, "port": 80.5}, "port: 80.5 is not an integer or a Port; give an integer or a Port"),
        ({**WEB, "command": "sleep 5"}, "command: 'sleep 5' is not a list, each item a string; put it into a list"),
        ({**WEB, "mounts": {"path": "/a"}}, "mounts: a Mount is not a list, each item a Mount; put it into a list"),
        (
            {**WEB, "mounts": [{"path": "/a", "volume": {"name": "a"}}]},
            f"mounts[0].volume: None is not a kind of volume; {KINDS}",
        ),
        (
            {**WEB, "mounts": [{"path": "/a", "volume": {"kind": "emptyDir"}}]},
            f"mounts[0].volume: 'emptyDir' is not a kind of volume; {KINDS}",
        ),
        (
            {**WEB, "mounts": [{"path": "/a", "volume": {"kind": "config", "name": "a"}}]},
            "mounts[0].volume.files: nothing is given; give a mapping, each value "
            "a string, a number, a Secret, a Template, a Pulumi output, bytes or a File",
        ),
        (
            {**WEB, "mounts": [{"path": "/a", "volume": {**CONF_DATA, "files": {"a": {"base64": "/w"}}}}]},
            "mounts[0].volume.files.a: the string is not in base64; encode the bytes of the file in base64",
        ),
        (
            {**WEB, "readiness": {"period": 5}},
            "readiness: a probe asks in one way, not 0; give one of http, tcp, exec",
        ),
        (
            {**WEB, "readiness": {"tcp": {}, "http": {"path": "/"}}},
            "readiness: a probe asks in one way, not 2; give one of http, tcp, exec",
        ),
        ({**WEB, "readiness": {"http": {"pth": "/"}}}, "readiness.http.pth: unknown field; did you mean 'path'?"),
        ({**WEB, "readiness": {"tcp": {}, "perod": 1}}, "readiness.perod: unknown field; did you mean 'period'?"),
        ({**WEB, "env": {"A": {"value": "x"}}}, f"env.A: a mapping is not a value; {VALUES}"),
        ({**WEB, "env": {"A": {"secret": "x", "more": 1}}}, f"env.A: a mapping is not a value; {VALUES}"),
        ({**WEB, "env": {"A": {"concat": ["a", {"b": 1}]}}}, f"env.A.concat[1]: a mapping is not a value; {VALUES}"),
        ({**WEB, "resources": {"cpu": "1"}, "5": 6}, "5: unknown field; use one of "),
    ],
)
def test_what_is_wrong_with_the_data_is_said_with_its_path(main: dict[str, Any], expected: str) -> None:
    """The path is that of the model, or of the data where the model has no such place."""
    with pytest.raises(ModelError) as caught:
        structure({"pods": {"web": {"main": main}}}, Gateway)
    assert str(caught.value.problems[0]).partition(" ")[2].startswith(f"pods.web.main.{expected}")


@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        ([], Gateway, ["program: a list is not a Gateway"]),
        (None, Pod, ["program: a NoneType is not a Pod"]),
        (web(), Gateway, ["program: a Pod is not a Gateway"]),
        ({}, Gateway, ["pods: nothing is given"]),
        ({"pods": 5}, Gateway, ["pods: 5 is not a mapping, each value a Pod or a Group"]),
        ({"pods": {"web": []}}, Gateway, ["pods.web: a list is not a Pod or a Group"]),
        (
            {"pods": {"web": {"image": "a:1"}}},
            Gateway,
            ["pods.web.image: unknown field", "pods.web.main: nothing is given"],
        ),
        ({"pods": [], "rutes": []}, Gateway, ["gateway.rutes: unknown field"]),
        (
            {"pods": [], "routes": [{"to": 5}]},
            Gateway,
            ["routes[0].prefix: nothing is given", "routes[0].to: 5 is not a list, each item a Backend"],
        ),
        ({"pods": [], "port": "80"}, Gateway, ["gateway.port: '80' is not an integer"]),
        ({}, Pod, ["pods[0].main: nothing is given"]),
        ({"main": WEB, "replicas": "2"}, Pod, ["pods.web.replicas: '2' is not an integer"]),
        ({"peers": []}, Group, ["pods[0].name: nothing is given"]),
        ({"name": "g", "peers": 5}, Group, ["pods.g.peers: 5 is not a list, each item a Container"]),
        (
            {"main": WEB, "access": {"password": {"secret": "a", "b": 1}}},
            Pod,
            ["pods.web.access.password: a mapping is not a value"],
        ),
    ],
)
def test_what_is_wrong_with_a_part_is_said_with_its_path(data: Any, kind: Any, expected: list[str]) -> None:
    """The same holds for pods, routes and the whole."""
    with pytest.raises(ModelError) as caught:
        structure(data, kind)
    assert [f"{problem.path}: {problem.what}" for problem in caught.value.problems] == expected


def test_all_errors_are_reported_together() -> None:
    """Unknown and missing fields come with those of the wrong kind."""
    data = {
        "pods": {"web": {"main": {"port": "80", "imag": "a:1"}, "replicas": "2"}, "db": {"peers": [{"name": 5}]}},
        "routes": [{"prefix": 1, "too": "web"}],
    }
    with pytest.raises(ModelError) as caught:
        structure(data, Gateway)
    expected = [
        "pods.web.main.imag",
        "routes[0].too",
        "pods.web.replicas",
        "pods.web.main.image",
        "pods.web.main.port",
        "pods.db.peers[0].name",
        "pods.db.peers[0].image",
        "routes[0].prefix",
        "routes[0].to",
    ]
    assert [problem.path for problem in caught.value.problems] == expected


def test_secrets_in_wrong_data_are_not_shown() -> None:
    """An error may end up in a log."""
    data = {"main": {**WEB, "env": {"A": {"secret": 1234}}}, "access": {"password": 1234}}
    with pytest.raises(ModelError) as caught:
        structure(data, Pod)
    assert (len(caught.value.problems), "1234" in str(caught.value)) == (2, False)

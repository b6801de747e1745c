"""Applications written as plain data: by a program in another language, or in a YAML file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from polypod import (
    Access,
    Autoscale,
    Backend,
    Build,
    ConfigVolume,
    Container,
    File,
    Gateway,
    Group,
    HostPathVolume,
    LogOptions,
    ModelError,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
    concat,
)
from polypod.model_from_data import structure
from polypod.patterns import log_tailer
from tests.programs import Later, web

LOGS = Mount("/var/log/app", ScratchVolume("logs", "64Mi"))

CONF = {"a.conf": "x", "store": b"\xff\x00", "script": File(concat("y", "z"), mode=0o555, user=5)}
CONF_DATA = {
    "kind": "config",
    "name": "conf",
    "mode": 0o400,
    "files": {
        "a.conf": "x",
        "store": {"base64": "/wA="},
        "script": {"content": {"concat": ["y", "z"]}, "mode": 0o555, "user": 5.0},
    },
}
ADDRESS = "@polypod{db.host}:polypod{db.port}/app"
MODEL = Gateway(
    [
        Pod(
            Container(
                "flask",
                image=Build("apps/flask", dockerfile="Containerfile", args={"A": "b"}, target="slim"),
                command=["gunicorn"],
                args=["app:app"],
                env={
                    "URL": concat("postgresql://app:", Secret("pw"), ADDRESS),
                    "KEY": Secret("k"),
                    "HOST": "polypod{db.host}",
                    "SIZE": 5,
                    "RATIO": 0.5,
                },
                port=8080,
                ports=[9090, Port(9091, name="metrics", protocol="udp", publish=9, address="0.0.0.0")],  # noqa: S104
                mounts=[
                    LOGS,
                    Mount("/etc/a", ConfigVolume("conf", CONF, mode=0o400), sub_path="a.conf"),
                    Mount("/etc/b", SecretVolume("keys", {"key": Secret("z")})),
                    Mount("/data", PersistentVolume("data", "2Gi")),
                    Mount("/src", HostPathVolume("src", "/srv"), read_only=True),
                ],
                readiness=Probe.http("/health", 8080, period="5s", failure_threshold=5),
                liveness=Probe.tcp(initial_delay=1),
                startup=Probe.exec("true"),
                resources=Resources(cpu="250m", memory="256Mi", cpu_limit=1),
                restart="on-failure",
                user=1000,
                group=1000,
                read_only_root=True,
                working_dir="/app",
                logs=LogOptions(max_size="1M", max_files=2),
            ),
            init=[Container("migrate", image="flask:1", command=["python", "migrate.py"])],
            sidecars=[log_tailer(LOGS)],
            autoscale=Autoscale(min_replicas=2, max_replicas=3),
            share_processes=True,
            depends_on=["db"],
            access=Access(scheme="https", user="me", password=Secret("pw")),
            registries=[RegistryCredentials(server="ghcr.io", username="me", password=Secret("pw"))],
            termination_grace_period="30s",
            ready_within="5m",
        ),
        Group("db", peers=[Container("sql", image="postgres:17", port=5432), Container("backup", image="backup:1")]),
    ],
    routes=[
        Route("/flask/", "flask", strip_prefix=False, timeout="5m", max_body_size="1G"),
        Route("/both/", ["flask", Backend("db", port=5432, weight=2)], balance="least-connections"),
        Route("/one/", Backend("db")),
    ],
    port=80,
    address="0.0.0.0",  # noqa: S104
    image="nginx:1.29",
    timeout="1m",
    connect_timeout="1s",
    max_body_size="1M",
)

CAMEL: dict[str, Any] = {
    "pods": {
        "flask": {
            "main": {
                "image": {"context": "apps/flask", "dockerfile": "Containerfile", "args": {"A": "b"}, "target": "slim"},
                "command": ["gunicorn"],
                "args": ["app:app"],
                "env": {
                    "URL": {"concat": ["postgresql://app:", {"secret": "pw"}, ADDRESS]},
                    "KEY": {"secret": "k"},
                    "HOST": "polypod{db.host}",
                    "SIZE": 5,
                    "RATIO": 0.5,
                },
                "port": 8080,
                "ports": [
                    9090,
                    {"number": 9091, "name": "metrics", "protocol": "udp", "publish": 9, "address": "0.0.0.0"},  # noqa: S104
                ],
                "mounts": [
                    {"path": "/var/log/app", "volume": {"kind": "scratch", "name": "logs", "size": "64Mi"}},
                    {"path": "/etc/a", "subPath": "a.conf", "volume": CONF_DATA},
                    {"path": "/etc/b", "volume": {"kind": "secret", "name": "keys", "files": {"key": {"secret": "z"}}}},
                    {"path": "/data", "volume": {"kind": "persistent", "name": "data", "size": "2Gi"}},
                    {
                        "path": "/src",
                        "volume": {"kind": "hostPath", "name": "src", "path": "/srv"},
                        "readOnly": True,
                    },
                ],
                "readiness": {"http": {"path": "/health", "port": 8080}, "period": "5s", "failureThreshold": 5},
                "liveness": {"tcp": {}, "initialDelay": 1},
                "startup": {"exec": {"command": ["true"]}},
                "resources": {"cpu": "250m", "memory": "256Mi", "cpuLimit": 1},
                "restart": "on-failure",
                "user": 1000,
                "group": 1000,
                "readOnlyRoot": True,
                "workingDir": "/app",
                "logs": {"maxSize": "1M", "maxFiles": 2},
            },
            "init": [{"name": "migrate", "image": "flask:1", "command": ["python", "migrate.py"]}],
            "sidecars": [
                {
                    "name": "log-tailer",
                    "image": "busybox:1.37",
                    "command": list(log_tailer(LOGS).command),
                    "mounts": [
                        {
                            "path": "/var/log/app",
                            "volume": {"kind": "scratch", "name": "logs", "size": "64Mi"},
                            "readOnly": True,
                        }
                    ],
                    "resources": {"cpu": "50m", "memory": "32Mi"},
                    "user": 65534,
                    "group": 65534,
                }
            ],
            "autoscale": {"minReplicas": 2, "maxReplicas": 3},
            "shareProcesses": True,
            "dependsOn": ["db"],
            "access": {"scheme": "https", "user": "me", "password": "pw"},
            "registries": [{"server": "ghcr.io", "username": "me", "password": {"secret": "pw"}}],
            "terminationGracePeriod": "30s",
            "readyWithin": "5m",
        },
        "db": {
            "peers": [
                {"name": "sql", "image": "postgres:17", "port": 5432},
                {"name": "backup", "image": "backup:1"},
            ]
        },
    },
    "routes": [
        {"prefix": "/flask/", "to": "flask", "stripPrefix": False, "timeout": "5m", "maxBodySize": "1G"},
        {"prefix": "/both/", "to": ["flask", {"pod": "db", "port": 5432, "weight": 2}], "balance": "least-connections"},
        {"prefix": "/one/", "to": {"pod": "db"}},
    ],
    "port": 80,
    "address": "0.0.0.0",  # noqa: S104
    "image": "nginx:1.29",
    "timeout": "1m",
    "connectTimeout": "1s",
    "maxBodySize": "1M",
}


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
        ({"name": "web"}, "image: nothing is given; give a text, a Build or a Pulumi output"),
        ({**WEB, "port": "80"}, "port: '80' is not a whole number or a Port; write it without quotes"),
        ({**WEB, "port": 80.5}, "port: 80.5 is not a whole number or a Port; give a whole number or a Port"),
        ({**WEB, "command": "sleep 5"}, "command: 'sleep 5' is not a list, each item a text; put it into a list"),
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
            "a text, a number, a Secret, a Template, a Pulumi output, bytes or a File",
        ),
        (
            {**WEB, "mounts": [{"path": "/a", "volume": {**CONF_DATA, "files": {"a": {"base64": "/w"}}}}]},
            "mounts[0].volume.files.a: the text is not in base64; encode the bytes of the file in base64",
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
        ({"pods": [], "port": "80"}, Gateway, ["gateway.port: '80' is not a whole number"]),
        ({}, Pod, ["pods[0].main: nothing is given"]),
        ({"main": WEB, "replicas": "2"}, Pod, ["pods.web.replicas: '2' is not a whole number"]),
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

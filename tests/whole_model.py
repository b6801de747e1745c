"""An application that has every part of the model, and the same as plain data."""

from __future__ import annotations

from typing import Any

from polypod import *
from polypod.patterns import log_tailer

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

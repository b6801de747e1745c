"""The reference application, declared once: which platform it runs on is the stack's business."""

import pulumi

from polypod import Build, Container, Gateway, Mount, Pod, Probe, Resources, Route, ScratchVolume
from polypod.patterns import log_tailer, postgres, redis, wait_for

config = pulumi.Config()
flask_echo = Build("examples/apps/flask_echo")
fastapi_echo = Build("examples/apps/fastapi_echo")
small = Resources(cpu="250m", memory="256Mi")
logs = Mount("/var/log/app", ScratchVolume("logs"))

db = postgres("db", password=config.require_secret("dbPassword"), size="1Gi")
cache = redis("cache")
flask = Pod(
    Container(
        "flask",
        image=flask_echo,
        port=8080,
        env={"DATABASE_URL": db.url("app"), "REDIS_URL": cache.url("0"), "LOG_FILE": f"{logs.path}/app.log"},
        mounts=[logs],
        readiness=Probe.http("/health"),
        resources=small,
    ),
    init=[
        wait_for(db),
        Container("migrate", image=flask_echo, command=["python", "migrate.py"], env={"DATABASE_URL": db.url("app")}),
    ],
    sidecars=[log_tailer(logs)],
    replicas=2,
)
fastapi = Pod(
    Container(
        "fastapi",
        image=fastapi_echo,
        port=8081,
        env={"REDIS_URL": cache.url("0")},
        readiness=Probe.http("/health"),
        resources=small,
    )
)
app = Gateway(
    [flask, fastapi, db, cache],
    routes=[Route("/flask/", flask), Route("/fastapi/", fastapi)],
    port=config.get_int("port") or 8080,
    accept={
        "PP212": "the database of an example stays small",
        "PP223": "the tailer reads the log from its start, and Flask starts without it",
        "PP241": "a container group is a virtual machine of its own",
        "PP514": "PostgreSQL recovers from its write-ahead log",
        "PP524": "what a group must have is paid for anyway",
    },
)

"""A static frontend, and behind /api/ a backend that keeps messages in PostgreSQL and counts requests in Redis."""

from pathlib import Path

import pulumi

from polypod import Build, ConfigVolume, Container, Gateway, Mount, Pod, Probe, Route
from polypod.patterns import postgres, redis

config = pulumi.Config()
files = {"index.html": Path(__file__).with_name("index.html").read_text()}
page = Mount("/www", ConfigVolume("page", files))
serve = "trap exit TERM; httpd -f -p 8080 -h /www & wait"
image = Build("../apps/flask_echo")

db = postgres("db", password=config.require_secret("dbPassword"))
cache = redis("cache")
frontend = Pod(
    Container(
        "frontend",
        image="busybox:1.37",
        command=["sh", "-c", serve],
        port=8080,
        mounts=[page],
        readiness=Probe.http("/"),
        user=65534,
    )
)
env = {"DATABASE_URL": db.url("app"), "REDIS_URL": cache.url("0")}
backend = Pod(
    Container("backend", image=image, port=8080, env=env, readiness=Probe.http("/health")),
    init=[Container("migrate", image=image, command=["python", "migrate.py"], env=env)],
)
app = Gateway(
    [frontend, backend, db, cache],
    routes=[Route("/", frontend), Route("/api/", backend)],
    port=config.get_int("port") or 8081,
)

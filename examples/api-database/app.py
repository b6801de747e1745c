"""An API and its database: db.url() names the database, and the API starts once the database is ready."""

import pulumi

from polypod import Build, Container, Gateway, Pod, Probe, Route
from polypod.patterns import postgres

config = pulumi.Config()
image = Build("../apps/flask_echo")

db = postgres("db", password=config.require_secret("dbPassword"))
env = {"DATABASE_URL": db.url("app")}
api = Pod(
    Container("api", image=image, port=8080, env=env, readiness=Probe.http("/health")),
    init=[Container("migrate", image=image, command=["python", "migrate.py"], env=env)],
)
app = Gateway([api, db], routes=[Route("/", api)], port=config.get_int("port") or 8085)

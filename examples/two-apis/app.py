"""Two APIs in one group: one network namespace, so each finds the other on localhost."""

import pulumi

from polypod import Build, Container, Group, Port, Probe

config = pulumi.Config()
app = Group(
    "apis",
    peers=[
        Container(
            "flask",
            image=Build("../apps/flask_echo"),
            port=Port(8080, publish=config.get_int("flaskPort") or 8082),
            readiness=Probe.http("/health"),
        ),
        Container(
            "fastapi",
            image=Build("../apps/fastapi_echo"),
            port=Port(8081, publish=config.get_int("fastapiPort") or 8083),
            readiness=Probe.http("/health"),
        ),
    ],
)

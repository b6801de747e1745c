"""Two APIs in one group: one network namespace, so each finds the other on localhost."""

import pulumi

from polypod import Build, Container, Group, Port, Probe

config = pulumi.Config()
flask_port = config.get_int("flaskPort") or 8082
fastapi_port = config.get_int("fastapiPort") or 8083
app = Group(
    "apis",
    peers=[
        Container(
            "flask",
            image=Build("../apps/flask_echo"),
            port=Port(flask_port, publish=flask_port),
            env={"PORT": flask_port},
            readiness=Probe.http("/health"),
        ),
        Container(
            "fastapi",
            image=Build("../apps/fastapi_echo"),
            port=Port(fastapi_port, publish=fastapi_port),
            env={"PORT": fastapi_port},
            readiness=Probe.http("/health"),
        ),
    ],
)

"""A program that logs to a file, and a sidecar that puts the file where the platform collects logs."""

import pulumi

from polypod import Build, Container, Mount, Pod, Port, Probe, ScratchVolume
from polypod.patterns import log_tailer

port = pulumi.Config().get_int("port") or 8086
logs = Mount("/var/log/app", ScratchVolume("logs"))
app = Pod(
    Container(
        "flask",
        image=Build("../apps/flask_echo"),
        port=Port(port, publish=port),
        env={"PORT": port, "LOG_FILE": f"{logs.path}/app.log"},
        mounts=[logs],
        readiness=Probe.http("/health"),
    ),
    sidecars=[log_tailer(logs)],
)

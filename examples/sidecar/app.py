"""A program that logs to a file, and a sidecar that puts the file where the platform collects logs."""

import pulumi

from polypod import Build, Container, Mount, Pod, Port, Probe, ScratchVolume
from polypod.patterns import log_tailer

logs = Mount("/var/log/app", ScratchVolume("logs"))
app = Pod(
    Container(
        "flask",
        image=Build("../apps/flask_echo"),
        port=Port(8080, publish=pulumi.Config().get_int("port") or 8086),
        env={"LOG_FILE": f"{logs.path}/app.log"},
        mounts=[logs],
        readiness=Probe.http("/health"),
    ),
    sidecars=[log_tailer(logs)],
)

"""Texts that mean something to other tools arrive as they were written, on every platform."""

from __future__ import annotations

import pytest

from .conftest import Anywhere
from .deployment import Deployment

FOREIGN = {
    "application.properties": "server.port=9090\nmanagement.server.port=${server.port}\nport=${server.port:-1}\n",
    "app.js": "const url = `http://${location.host}:${server.port}/`;\n",
    "chart.yaml": "host: {{ .Values.server.host }}\nname: {{server.host}} {% if server.host %}x{% endif %}\n",
    "run.sh": 'echo "$(hostname) $$ $HOME ${WORD%.*} $(WORD) $$(WORD) $${server.host}"\n',
    "panel.json": '{"title": "$server.host [[server]] %(server.port)s #{server.port} @server.port@"}\n',
}
TEXT = "${server.port} $(WORD) $$(WORD) $$ {{server.host}} polypod{{ .Values.tag }} %WORD% ${WORD}"
PROGRAM = f"""
    import pulumi
    from polypod import *

    target = pulumi.Config("polypod").require("target")
    names = {{"discovery.type": "single", "a-b": Secret("c")}} if target != "aci" else {{}}  # Azure refuses them
    FILES = {FOREIGN!r}
    TEXT = {TEXT!r}

    SidecarPod("texts", Pod(
        Container("server", image="busybox:1.37", user=1000, group=1000, port=8080,
            command=["sh", "-c", "trap exit TERM; : '$(WORD)'; sleep 3600 & wait", TEXT],
            env={{"WORD": "expanded", "TEXT": TEXT, "HERE": "polypod{{server.host}}:polypod{{server.port}}",
                 **names}},
            readiness=Probe.exec("sh", "-c", "test '$(WORD)' != expanded && test '$$(WORD)' != '$(WORD)'"),
            mounts=[Mount("/files", ConfigVolume("files", FILES))]),
        termination_grace_period="2s", ready_within="40s"))
"""


@pytest.fixture(scope="module")
def texts(deploy_anywhere_once: Anywhere) -> Deployment:
    """A pod whose name and port occur in the texts of others; its readiness probe has one too."""
    deployment = deploy_anywhere_once.program(PROGRAM)
    deployment.up()
    return deployment


def test_files_arrive_as_they_were_written(texts: Deployment) -> None:
    """Spring, JavaScript, Helm, shells and Grafana find what they look for."""
    assert {name: texts.shell("server", "server", f"cat /files/{name}") for name in FOREIGN} == FOREIGN


def test_variables_and_arguments_arrive_as_they_were_written(texts: Deployment) -> None:
    """Kubernetes would read ``$(WORD)`` as a variable, and ``$$`` as one dollar sign."""
    environment = texts.shell("server", "server", "tr '\\0' '\\n' </proc/1/environ")
    assert f"TEXT={TEXT}" in environment.splitlines()
    assert "HERE=localhost:8080" in environment.splitlines()
    arguments = texts.shell("server", "server", "tr '\\0' '\\n' </proc/1/cmdline").splitlines()
    assert arguments[-2:] == ["trap exit TERM; : '$(WORD)'; sleep 3600 & wait", TEXT]


@pytest.mark.parametrize("target", ["docker", "kubernetes"], indirect=True)  # Azure refuses such names
def test_variables_may_have_the_names_that_programs_read(texts: Deployment) -> None:
    """Elasticsearch reads one with a dot."""
    environment = texts.shell("server", "server", "tr '\\0' '\\n' </proc/1/environ").splitlines()
    assert {"discovery.type=single", "a-b=c"} <= set(environment)

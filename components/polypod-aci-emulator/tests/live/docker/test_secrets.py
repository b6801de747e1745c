"""The secrets of a group."""

from __future__ import annotations

import base64

from azure.mgmt.containerinstance import models

from helpers.groups import FOREVER, Groups, within


def test_secrets_arrive_and_never_come_back(groups: Groups) -> None:
    """Secure values and secret files are in the container, and in no answer."""
    definition = groups.definition(
        groups.container(
            "web",
            f"echo $PLAIN $HIDDEN; cat /secrets/key; {FOREVER}",
            environment_variables=[
                models.EnvironmentVariable(name="PLAIN", value="seen"),
                models.EnvironmentVariable(name="HIDDEN", secure_value="s3cure-value"),
            ],
            volume_mounts=[models.VolumeMount(name="secrets", mount_path="/secrets")],
        ),
        volumes=[models.Volume(name="secrets", secret={"key": base64.b64encode(b"s3cret-file\n").decode()})],
    )
    made = groups.put(definition)
    assert within(10, lambda: "file" in groups.log(made.name, "web") and groups.log(made.name, "web")) == (
        "seen s3cure-value\ns3cret-file\n"
    )
    answers = [str(answer.as_dict()) for answer in (made, groups.get(made.name))]
    encoded = base64.b64encode(b"s3cret-file\n").decode()
    assert [word for word in ("s3cure", "s3cret", encoded) if any(word in answer for answer in answers)] == []
    assert made.containers[0].environment_variables[0].value == "seen"

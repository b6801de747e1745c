"""What a secret file holds is hidden in the logs that errors show, however the program gives it, on every target."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pulumi
import pytest

from polypod import ConfigVolume, File, Mount, Pod, Secret, SecretVolume, concat
from polypod.model.application import Application
from polypod.model.value import Template
from polypod.targets import aci, docker, kubernetes
from polypod.targets.aci.plan import records
from polypod.targets.shared.deploy.secrets import hidden_values, hide
from tests.programs import container, site

LOG = "starting: 1\nthe token is open-sesame, 3 s\nready"

TARGETS: dict[str, Callable[[Application], Iterable[Template]]] = {
    "docker": lambda app: docker.TARGET.draft(app, site()).plan.pods[0].templates,
    "kubernetes": lambda app: kubernetes.TARGET.draft(app, site()).plan.pods[0].values,
    "aci": lambda app: records.texts(aci.TARGET.draft(app, site()).plan.groups[0].body),
}


def shown(target: str, volume: Callable[[], Any], *, sub_path: str | None = None) -> str:
    """The log as an error shows it, of a program that mounts a volume."""

    async def look() -> str:
        mount = Mount("/etc/token", volume(), sub_path=sub_path)
        app = Application.of(Pod(container(mounts=[mount])))
        return hide(LOG, await hidden_values(TARGETS[target](app)))

    return asyncio.run(look())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "content",
    [
        lambda: "open-sesame",
        lambda: b"open-sesame",
        lambda: b"open-sesame\n",
        lambda: File("open-sesame", mode=0o400),
        lambda: File(b"open-sesame", mode=0o400, user=70),
        lambda: File(Secret("open-sesame")),
        lambda: b"\xff\x00\nopen-sesame\n\xfe",
        lambda: "[login]\nopen-sesame\n",
        lambda: pulumi.Output.from_input("open-sesame"),
        lambda: File(pulumi.Output.from_input("open-sesame")),
        lambda: concat("user", ":", pulumi.Output.from_input("open-sesame"), "\n"),
        lambda: concat(Secret("nobody"), ":", Secret("open-sesame"), "\n"),
    ],
)
def test_the_content_of_a_secret_file_is_in_no_log(target: str, content: Callable[[], Any]) -> None:
    """Text or bytes, with a mode or without, known or known later; what stands around it stays readable."""
    assert shown(target, lambda: SecretVolume("token", {"f": content()})) == LOG.replace("open-sesame", "[secret]")


@pytest.mark.parametrize("target", TARGETS)
def test_one_file_of_a_secret_volume_is_hidden_too(target: str) -> None:
    """It is mounted by itself."""
    volume = SecretVolume("token", {"f": b"open-sesame"})
    assert shown(target, lambda: volume, sub_path="f") == LOG.replace("open-sesame", "[secret]")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("content", ["open-sesame", b"open-sesame", File(b"open-sesame")])
def test_other_files_are_shown(target: str, content: Any) -> None:
    """A config volume holds nothing to hide."""
    assert shown(target, lambda: ConfigVolume("token", {"f": content})) == LOG

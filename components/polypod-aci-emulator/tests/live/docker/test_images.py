"""The images of containers."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerinstance import models
from docker.errors import ImageNotFound

from helpers.groups import SERVE, Groups
from tests.live.test_images import Registry


def test_an_image_that_cannot_be_had_is_refused(groups: Groups) -> None:
    """Before anything is made, in Azure's words."""
    container = groups.container("web", SERVE)
    container.image = "127.0.0.1:9/nobody/nothing:1"
    name = f"g{uuid.uuid4().hex[:8]}"
    with pytest.raises(HttpResponseError, match=r"is not accessible\. Please check") as refused:
        groups.put(groups.definition(container), name)
    assert (refused.value.status_code, refused.value.error.code) == (400, "InaccessibleImage")
    with pytest.raises(ResourceNotFoundError):
        groups.get(name)


def test_a_private_image_needs_its_password(groups: Groups, tmp_path: Path) -> None:
    """Without a login or with a wrong one Azure's refusal; with the right one it is pulled; no answer has it."""
    client = groups.running.emulator.host.client
    registry = Registry(client, tmp_path)
    try:
        registry.fill()

        def definition(password: str | None) -> models.ContainerGroup:
            container = groups.container("web", SERVE)
            container.image = registry.reference
            login = models.ImageRegistryCredential(server=registry.server, username="dev", password=password)
            logins = [login] if password else []
            return groups.definition(container, image_registry_credentials=logins)

        for password in (None, "wrong"):
            with pytest.raises(HttpResponseError, match="registry credential") as refused:
                groups.put(definition(password))
            assert refused.value.error.code == "InaccessibleImage"
        made = groups.put(definition(registry.password))
        messages = [event.message for event in made.containers[0].instance_view.events]
        assert f'Successfully pulled image "{registry.reference}"' in messages
        assert registry.password not in str(made.as_dict())
    finally:
        groups.clean_up()
        with contextlib.suppress(ImageNotFound):
            registry.forget()
        registry.container.remove(force=True, v=True)

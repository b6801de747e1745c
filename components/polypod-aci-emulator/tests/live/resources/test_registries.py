"""Resources that are only kept."""

from __future__ import annotations

import uuid

from helpers.running import Running


def test_registries_have_credentials(running: Running) -> None:
    """For their admin user, where that is enabled."""
    name = f"r{uuid.uuid4().hex[:8]}"
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {"adminUserEnabled": True}}
    made = running.registries.registries.begin_create("rg", name, body).result()
    assert made.login_server == f"{name}.azurecr.io"
    credentials = running.registries.registries.list_credentials("rg", name)
    assert credentials.username == name
    assert len({password.value for password in credentials.passwords}) == 2
    running.registries.registries.begin_delete("rg", name).result()

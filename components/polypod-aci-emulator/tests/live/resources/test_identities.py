"""The managed identities of container groups."""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models

from helpers.bodies import path
from helpers.groups import FOREVER, Groups

VERSION = "2024-11-30"


def _identity(*ids: str) -> models.ContainerGroupIdentity:
    assigned = {one: models.UserAssignedIdentities() for one in ids}
    kind = "SystemAssigned, UserAssigned" if ids else "SystemAssigned"
    return models.ContainerGroupIdentity(type=kind, user_assigned_identities=assigned or None)


def test_a_group_has_the_ids_of_its_identity(groups: Groups) -> None:
    """The user-assigned one's own, and one of the group that stays through updates."""
    where = path(f"Microsoft.ManagedIdentity/userAssignedIdentities/i{uuid.uuid4().hex[:8]}")
    made = groups.running.put(where, {"location": "westeurope"}, VERSION)
    definition = groups.definition(groups.container("web", FOREVER), identity=_identity(where))
    group = groups.put(definition)
    (assigned,) = group.identity.user_assigned_identities.values()
    assert (assigned.client_id, assigned.principal_id) == (
        made.properties["clientId"],
        made.properties["principalId"],
    )
    again = groups.put(definition, group.name)
    assert again.identity.principal_id == group.identity.principal_id
    groups.running.delete(where, VERSION)


@pytest.mark.parametrize("by", ["group", "registry"])
def test_an_identity_that_is_not_there_is_refused(groups: Groups, by: str) -> None:
    """Of the group, or of a login; nothing is made."""
    where = path("Microsoft.ManagedIdentity/userAssignedIdentities/absent")
    login = models.ImageRegistryCredential(server="example.azurecr.io", identity=where)
    more = {"identity": _identity(where)} if by == "group" else {"image_registry_credentials": [login]}
    with pytest.raises(HttpResponseError, match="absent' was not found") as refused:
        groups.put(groups.definition(groups.container("web", FOREVER), **more))
    assert (refused.value.status_code, refused.value.error.code) == (400, "FailedIdentityOperation")
    assert groups.running.containers() == {}

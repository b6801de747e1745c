"""Log Analytics workspaces that container groups send their logs to, through Azure's official client."""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import models
from azure.mgmt.loganalytics import LogAnalyticsManagementClient

from helpers.groups import FOREVER, Groups


def test_a_workspace_needs_its_id_and_its_key(groups: Groups) -> None:
    """Either of its keys; with another id or key the group is refused, and no answer has the key."""
    client = LogAnalyticsManagementClient(**groups.running.common)
    name = f"w{uuid.uuid4().hex[:8]}"
    body = {"location": "westeurope", "properties": {"sku": {"name": "PerGB2018"}, "retentionInDays": 30}}
    workspace = client.workspaces.begin_create_or_update("rg", name, body).result()
    keys = client.shared_keys.get_shared_keys("rg", name)
    assert client.workspaces.get("rg", name).customer_id == workspace.customer_id

    def put(workspace_id: str, key: str, group: str = "") -> models.ContainerGroup:
        analytics = models.LogAnalytics(workspace_id=workspace_id, workspace_key=key)
        diagnostics = models.ContainerGroupDiagnostics(log_analytics=analytics)
        return groups.put(groups.definition(groups.container("web", FOREVER), diagnostics=diagnostics), group)

    for workspace_id, key in ((str(uuid.uuid4()), keys.primary_shared_key), (workspace.customer_id, "d3Jvbmc=")):
        with pytest.raises(HttpResponseError, match="workspace") as refused:
            put(workspace_id, key)
        assert refused.value.error.code == "InaccessibleLogAnalyticsWorkspace"
        assert key not in str(refused.value)
    assert groups.running.containers() == {}
    made = put(workspace.customer_id, keys.primary_shared_key)
    assert keys.primary_shared_key not in str(made.as_dict())
    put(workspace.customer_id.upper(), keys.secondary_shared_key, made.name)
    client.workspaces.begin_delete("rg", name).result()
    client.close()

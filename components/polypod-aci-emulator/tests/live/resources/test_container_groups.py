"""Updates of a group, and its life from start to deletion."""

from __future__ import annotations

import threading
import uuid

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerinstance import models

from helpers.groups import FOREVER, SERVE, Groups, fetch, public, within


def test_an_update_restarts_everything_and_keeps_the_address(groups: Groups) -> None:
    """Also a container that did not change."""
    first, second = groups.container("web", SERVE), groups.container("other", FOREVER)
    made = groups.put(groups.definition(first, second, ip_address=public(18083)))
    before = {name: item.id for name, item in groups.running.containers().items()}
    changed = groups.definition(groups.container("web", SERVE.replace("hello", "changed")), second)
    changed.ip_address = public(18083)
    again = groups.put(changed, made.name)
    assert within(10, lambda: fetch(again.ip_address.ip)) == "changed\n"
    assert again.ip_address.ip == made.ip_address.ip
    after = {name: item.id for name, item in groups.running.containers().items()}
    assert {name for name in before if before[name] != after[name]} == {"web", "other"}


def test_what_cannot_change_is_refused(groups: Groups) -> None:
    """And the group runs on as it was."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=public(18083)))
    before = groups.running.containers()["web"].id
    changes = [
        groups.definition(groups.container("web", SERVE), restart_policy="Never", ip_address=public(18083)),
        groups.definition(groups.container("web", SERVE, cpu=2), ip_address=public(18083)),
        groups.definition(groups.container("web", SERVE, memory=2), ip_address=public(18083)),
        groups.definition(groups.container("web", SERVE), groups.container("b", SERVE), ip_address=public(18083)),
        groups.definition(groups.container("web", SERVE)),
        groups.definition(groups.container("web", SERVE), ip_address=public(18083), zones=["1"]),
    ]
    for change in changes:
        with pytest.raises(HttpResponseError) as refused:
            groups.put(change, made.name)
        assert refused.value.error.code == "InvalidContainerGroupUpdate"
        assert "you must delete it first" in refused.value.error.message
    assert groups.running.containers()["web"].id == before


def test_tags_change_without_a_restart(groups: Groups) -> None:
    """PATCH touches no container."""
    made = groups.put(groups.definition(groups.container("web", FOREVER), tags={"a": "1"}))
    before = groups.running.containers()["web"].id
    patched = groups.aci.container_groups.update("rg", made.name, models.Resource(tags={"b": "2"}))
    assert patched.tags == groups.get(made.name).tags == {"b": "2"}
    assert groups.running.containers()["web"].id == before


def test_stop_start_and_restart(groups: Groups) -> None:
    """A stopped group has no address and does not run; a started one does again."""
    made = groups.put(groups.definition(groups.container("web", SERVE), ip_address=public(18083)))
    groups.aci.container_groups.stop("rg", made.name)
    within(10, lambda: groups.get(made.name).instance_view.state == "Stopped")
    assert groups.get(made.name).ip_address.ip is None
    assert groups.running.containers()["web"].status == "exited"
    groups.aci.container_groups.begin_start("rg", made.name).result()
    assert within(10, lambda: fetch(groups.get(made.name).ip_address.ip)) == "hello\n"
    before = groups.running.containers()["web"].id
    groups.aci.container_groups.begin_restart("rg", made.name).result()
    within(10, lambda: {item.id for name, item in groups.running.containers().items() if name == "web"} - {before})


def test_a_group_under_way_takes_no_other_update(groups: Groups) -> None:
    """Azure's 409; the first update ends as if nothing had been."""
    slow = groups.definition(groups.container("web", SERVE), init_containers=[groups.init("slow", "sleep 3")])
    name = f"g{uuid.uuid4().hex[:8]}"
    first = threading.Thread(target=groups.put, args=(slow, name))
    first.start()
    within(5, lambda: groups.get(name))
    with pytest.raises(HttpResponseError, match="still transitioning") as refused:
        groups.put(slow, name)
    assert (refused.value.status_code, refused.value.error.code) == (409, "ContainerGroupTransitioning")
    first.join()
    assert groups.get(name).provisioning_state == "Succeeded"


def test_a_deleted_group_leaves_nothing(groups: Groups) -> None:
    """No container, no volume; its name is free."""
    definition = groups.definition(
        groups.container("web", FOREVER, volume_mounts=[models.VolumeMount(name="scratch", mount_path="/scratch")]),
        volumes=[models.Volume(name="scratch", empty_dir={})],
    )
    made = groups.put(definition)
    groups.delete(made.name)
    assert groups.running.containers() == {}
    with pytest.raises(ResourceNotFoundError):
        groups.get(made.name)

"""Restarts of the emulator, and of its machine."""

from __future__ import annotations

from helpers.groups import SERVE, Groups, fetch, public, within


def test_groups_survive_the_emulator(groups: Groups) -> None:
    """Containers go on running; the next emulator takes them over and looks after them."""
    definition = groups.definition(groups.container("web", SERVE), ip_address=public(18083))
    made = groups.put(definition)
    within(10, lambda: fetch(made.ip_address.ip))
    before = groups.running.containers()["web"].id
    groups.running.stop()
    assert fetch(made.ip_address.ip) == "hello\n"
    groups.running.start()
    groups.aci = groups.running.aci
    assert groups.get(made.name).ip_address.ip == made.ip_address.ip
    assert groups.running.containers()["web"].id == before
    groups.running.containers()["web"].kill()
    within(15, lambda: groups.get(made.name).containers[0].instance_view.restart_count == 1)
    assert within(10, lambda: fetch(made.ip_address.ip)) == "hello\n"


def test_groups_come_back_after_the_machine(groups: Groups) -> None:
    """Where everything was stopped while no emulator ran, the next one starts it again, init containers first."""
    definition = groups.definition(
        groups.container("web", SERVE),
        init_containers=[groups.init("first", "echo once more")],
        ip_address=public(18083),
    )
    made = groups.put(definition)
    groups.running.stop()
    for container in groups.running.containers().values():
        container.stop(timeout=0)
    groups.running.start()
    groups.aci = groups.running.aci
    assert within(20, lambda: fetch(groups.get(made.name).ip_address.ip)) == "hello\n"
    assert groups.log(made.name, "first") == "once more\n"

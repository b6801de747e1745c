"""What is in the way of a new container is stopped first, in order, and nothing else is touched."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from polypod import Gateway, Group, HostPathVolume, Mount, PersistentVolume, Pod, Port
from polypod.targets.docker.deploy.gateway_control import GatewayControl
from polypod.targets.docker.deploy.handover import Handover
from polypod.targets.docker.deploy.owners import Owners
from polypod.targets.docker.deploy.preview_messages import PreviewMessages
from tests.programs import container, web
from tests.targets.docker.daemons import Recording
from tests.targets.docker.plans import plan

DATA = "p-s-c-data"


def keeper(name: str, **fields: Any) -> Pod:
    """A pod with data."""
    return Pod(container(name, mounts=[Mount("/data", PersistentVolume("data", **fields))]))


class Stack:
    """The live containers of a stack, and the programs of a run.

    Args:
        models: The programs, each a component of its own: ``c``, ``d`` and so on.
    """

    def __init__(self, *models: Any) -> None:
        self.daemon = Recording()
        self.owners = Owners()
        self.plans = [plan(model, component=chr(ord("c") + i)) for i, model in enumerate(models)]
        self.labels = self.plans[0].stack_labels
        self.names = [record.name for each in self.plans for record in each.containers()]
        for each in self.plans:
            self.owners.add(each)
        self.messages = PreviewMessages(self.daemon, self.plans[0], self.owners)

    def live(self, pod: str, name: str = "", component: str = "c", role: str = "main", **holds: Any) -> None:
        """A container of the first copy of a pod."""
        labels = {**self.labels, "component": component, "pod": pod, "replica": "0", "role": role}
        self.daemon.add(f"p-s-{component}-{pod}-0{name}", **labels, **holds)

    def create(self, name: str) -> list[str]:
        """What is done before a container is created, with names without their common start."""
        gateway = GatewayControl(self.daemon, self.plans[0], {})
        handover = Handover(self.daemon, self.plans[0], self.owners, gateway, self.messages)
        asyncio.run(handover.hook(SimpleNamespace(new_inputs={"name": f"p-s-{name}"})))  # type: ignore[arg-type]
        return [step.replace("p-s-", "") for step in self.daemon.done]


def test_a_predecessor_is_stopped_and_removed() -> None:
    """Its name is free then."""
    stack = Stack(web())
    stack.live("web")
    assert stack.create("c-web-0") == ["stop c-web-0", "remove c-web-0"]


def test_the_grace_period_of_the_program_counts_where_a_container_says_none() -> None:
    """Under its name, or, where the program does not know that, under the one of the container it is stopped for."""
    other = Pod(container("other"), termination_grace_period="50s")
    stack = Stack(Gateway([attrs.evolve(keeper("new"), termination_grace_period="40s"), other]))
    stack.live("new")
    stack.live("old", volumes=(DATA,))
    stack.live("other", volumes=(DATA,))
    stack.create("c-new-0")
    assert stack.daemon.grace == {"p-s-c-new-0": 40, "p-s-c-old-0": 40, "p-s-c-other-0": 50}


def test_nothing_is_done_where_nothing_is() -> None:
    """As on every first update."""
    assert Stack(web(port=Port(80, publish=80))).create("c-web-0") == []


@pytest.mark.parametrize("labels", [{}, {"dev.polypod.project": "p", "dev.polypod.stack": "t"}])
def test_what_others_own_stays(labels: dict[str, str]) -> None:
    """The creation fails then, and Docker names the conflict."""
    stack = Stack(web(port=Port(80, publish=80), mounts=[Mount("/data", PersistentVolume("data"))]))
    stack.daemon.add("p-s-c-web-0", **labels)
    stack.daemon.add("another", ports=(80,), volumes=(DATA,), **labels)
    assert stack.create("c-web-0") == []


def test_the_owner_of_the_data_is_stopped_under_whatever_name() -> None:
    """The engine removes it when the update is over."""
    stack = Stack(keeper("new"))
    stack.live("old", volumes=(DATA,))
    stack.live("bystander", volumes=("p-s-c-other",))
    assert stack.create("c-new-0") == ["stop c-old-0"]


def test_a_directory_of_the_host_has_one_owner_too() -> None:
    """Unless the program mounts it in several pods; who only reads it is in nobody's way."""
    path = Mount("/data", HostPathVolume("files", "/srv/db/"))
    stack = Stack(Gateway([Pod(container("new", mounts=[path])), Pod(container("other", mounts=[path]))]))
    stack.live("old", volumes=("/srv/db",))
    stack.live("other", volumes=("/srv/db",))
    assert stack.create("c-new-0") == ["stop c-old-0"]

    reader = Stack(Pod(container("new", mounts=[Mount("/data", HostPathVolume("files", "/srv/db"), read_only=True)])))
    reader.live("old", volumes=("/srv/db",))
    assert reader.create("c-new-0") == []


def test_who_does_not_know_a_component_leaves_it_alone() -> None:
    """A component provider makes one at a time: what the others want is not known there."""
    stack = Stack(keeper("new"))
    stack.owners = Owners(whole=False)
    stack.owners.add(stack.plans[0])
    stack.live("old", volumes=(DATA,))
    stack.live("other", component="d", volumes=(DATA,))
    assert stack.create("c-new-0") == ["stop c-old-0"]


def test_a_pod_that_is_not_wanted_is_stopped_as_a_whole() -> None:
    """Main container, sidecars from the last, owner."""
    stack = Stack(keeper("new"))
    stack.live("old", role="owner")
    stack.live("old", ".one", role="sidecar")
    stack.live("old", ".two", role="sidecar")
    stack.live("old", ".old", volumes=(DATA,))
    assert stack.create("c-new-0") == ["stop c-old-0.old", "stop c-old-0.two", "stop c-old-0.one", "stop c-old-0"]


def test_a_pod_is_replaced_as_a_whole_with_its_owner() -> None:
    """All its containers use the owner's network."""
    stack = Stack(web())
    stack.live("web", role="owner")
    stack.live("web", ".helper", role="sidecar")
    stack.live("web", ".web")
    assert stack.create("c-web-0") == ["stop c-web-0.web", "stop c-web-0.helper", "stop c-web-0", "remove c-web-0"]


def test_a_pod_that_gives_its_data_away_loses_only_the_container_that_has_it() -> None:
    """The rest goes on until it is replaced itself."""
    stack = Stack(Gateway([keeper("new"), Pod(container("old"), sidecars=[container("helper")])]))
    stack.live("old", role="owner")
    stack.live("old", ".helper", role="sidecar")
    stack.live("old", ".old", volumes=(DATA,))
    assert stack.create("c-new-0") == ["stop c-old-0.old"]


@pytest.mark.parametrize(
    "model",
    [
        Gateway([keeper("one"), keeper("two")]),
        Group("pair", peers=[keeper("one").main, keeper("two").main]),
        Gateway([keeper("one", shared=True), keeper("two", shared=True)]),
    ],
)
def test_who_shares_data_in_the_program_goes_on(model: Any) -> None:
    """Two pods, or two containers of a pod, that are to mount the same volume."""
    stack = Stack(model)
    (one,) = (name for name in stack.names if name.endswith(("one", "one-0")))
    (two,) = (name for name in stack.names if name.endswith(("two", "two-0")))
    stack.daemon.add(two, **stack.labels, pod="x", volumes=(DATA,))
    assert stack.create(one.removeprefix("p-s-")) == []


def test_shared_data_needs_no_handover() -> None:
    """The program says that several may use it at once."""
    stack = Stack(keeper("new", shared=True))
    stack.live("old", volumes=(DATA,))
    assert stack.create("c-new-0") == []


def test_a_port_comes_from_another_component() -> None:
    """Ports belong to the machine."""
    stack = Stack(web(port=Port(80, publish=80)), web())
    stack.live("web", component="d", ports=(80,))
    stack.live("other", component="d", ports=(81,))
    assert stack.create("c-web-0") == ["stop d-web-0"]


def test_a_leftover_that_has_ended_is_only_removed() -> None:
    """There is nothing to stop."""
    stack = Stack(web())
    stack.live("web")
    stack.daemon.stop_container("p-s-c-web-0")
    stack.daemon.done.clear()
    assert stack.create("c-web-0") == ["remove c-web-0"]


class Keeping:
    """A gateway that keeps to what was there."""

    def keep(self, state: Any) -> bool:
        """It does."""
        return bool(state)


def test_a_predecessor_may_be_kept_aside() -> None:
    """Under another name, so that its own is free."""
    stack = Stack(web())
    stack.live("web")
    handover = Handover(stack.daemon, stack.plans[0], stack.owners, Keeping(), stack.messages)  # type: ignore[arg-type]
    handover.free("p-s-c-web-0")
    assert stack.daemon.done == []
    assert stack.daemon.inspect("p-s-c-web-0") is None
    assert stack.daemon.inspect("p-s-c-web-0.old") is not None
    handover.free("p-s-c-web-0")
    assert stack.daemon.done == []


def test_what_was_kept_aside_goes_before_another_is() -> None:
    """An update was killed after its successor was made."""
    stack = Stack(web())
    stack.live("web")
    stack.live("web", ".old")
    handover = Handover(stack.daemon, stack.plans[0], stack.owners, Keeping(), stack.messages)  # type: ignore[arg-type]
    handover.free("p-s-c-web-0")
    assert stack.daemon.done == ["stop p-s-c-web-0.old", "remove p-s-c-web-0.old"]

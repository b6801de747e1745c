"""Which volume holds the data that a program means, whatever component made it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from polypod import Gateway, Mount, PersistentVolume, Pod, Port, SidecarPod
from polypod.errors import ModelError
from polypod.targets.docker.deploy.kept_data import VOLUME, KeptData
from polypod.testing import FakeDaemon, MockedEngine
from tests.programs import container
from tests.steps import calls
from tests.targets.docker.daemons import Recording
from tests.targets.docker.plans import plan

LABELS = {"dev.polypod.project": "p", "dev.polypod.stack": "s", "dev.polypod.keep": "true"}


class Machine(Recording):
    """A machine with volumes that outlive a destroy, and the containers that mount them.

    Args:
        kept: The component of each volume by its name without its common start.
    """

    def __init__(self, **kept: str) -> None:
        super().__init__()
        self.kept = {name.replace("_", "-"): component for name, component in kept.items()}

    def kept_volumes(self, labels: Any, names: Any = ()) -> dict[str, Any]:
        """Those volumes; one that no component has made has no labels."""
        del labels, names
        explicit = {"p-s-shop-data.instance": {VOLUME: "data"}}
        return {
            name: {**LABELS, "dev.polypod.component": component, **explicit.get(name, {})} if component else {}
            for name, component in ((f"p-s-{name}", component) for name, component in self.kept.items())
        }

    def used(self, component: str, volume: str = "shop-data") -> Machine:
        """The same with a container of a component that mounts a volume."""
        labels = {"project": "p", "stack": "s", "component": component}
        self.add(f"p-s-{component}-db-0", **labels, volumes=(f"p-s-{volume}",))
        return self


def placed(
    machine: Machine, *components: str, whole: bool = True, known: bool = True, late: str = ""
) -> dict[str, str]:
    """Which volume the data of each component are in, without the common start of the names."""
    data = KeptData(whole=whole)
    plans = {
        name: plan(Pod(container("db", mounts=[Mount("/data", PersistentVolume("data"))])), component=name)
        for name in (*components, late)
        if name
    }
    for name in components:
        data.add(plans[name])
    if late:
        data.kept(plans[components[0]].volumes[0].name, machine, known=known)
        data.add(plans[late])
    return {
        name: data.kept(p.volumes[0].name, machine, known=known).name.removeprefix("p-s-") for name, p in plans.items()
    }


def test_data_go_with_a_component_to_its_new_name() -> None:
    """While the old one is still there, and once it is gone."""
    assert placed(Machine(shop_data="shop").used("shop"), "shop2") == {"shop2": "shop-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop2") == {"shop2": "shop-data"}
    assert placed(Machine(shop_data="shop"), "shop2") == {"shop2": "shop-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop3") == {"shop3": "shop-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop") == {"shop": "shop-data"}


def test_what_a_component_still_declares_stays_with_it() -> None:
    """Another one with a volume of the same name starts on its own, now and ever after."""
    assert placed(Machine(shop_data="shop").used("shop"), "shop", "blog") == {"shop": "shop-data", "blog": "blog-data"}
    both = Machine(shop_data="shop", blog_data="blog").used("shop").used("blog", "blog-data")
    assert placed(both, "blog", "shop") == {"shop": "shop-data", "blog": "blog-data"}
    assert placed(Machine(shop_data="shop", blog_data="blog"), "blog", "shop") == placed(both, "blog", "shop")


def test_a_new_component_with_a_former_name_gets_a_volume_of_its_own() -> None:
    """It is found again, also after a destroy."""
    expected = {"shop": "shop-data.instance", "shop2": "shop-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop", "shop2") == expected
    machine = Machine(**{"shop_data": "shop", "shop_data.instance": "shop"})
    assert placed(machine, "shop", "shop2") == expected
    assert placed(machine.used("shop2").used("shop", "shop-data.instance"), "shop", "shop2") == expected


def test_an_update_that_was_killed_goes_on_or_back() -> None:
    """Both components have containers that mount the volume."""
    for component in ("shop", "shop2"):
        machine = Machine(shop_data="shop").used("shop").used("shop2")
        assert placed(machine, component) == {component: "shop-data"}
    assert placed(machine, "shop2", "shop") == {"shop": "shop-data", "shop2": "shop2-data"}


def test_nothing_is_taken_where_it_is_not_clear_whose_it_is() -> None:
    """Two volumes for one, or one for two."""
    assert placed(Machine(a_data="a", b_data="b"), "c") == {"c": "c-data"}
    assert placed(Machine(a_data="a"), "b", "c") == {"b": "b-data", "c": "c-data"}
    assert placed(Machine(a_data="a", b_data="b").used("b"), "b", "c") == {"b": "b-data", "c": "a-data"}


def test_data_of_another_name_are_other_data() -> None:
    """Within one component, too."""
    assert placed(Machine(shop_books="shop").used("shop", "shop-books"), "shop2") == {"shop2": "shop2-data"}


def test_who_does_not_know_the_other_components_takes_nothing() -> None:
    """A component provider makes one at a time; what a component has taken over before stays with it."""
    assert placed(Machine(shop_data="shop").used("shop"), "shop2", whole=False) == {"shop2": "shop2-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop2", whole=False) == {"shop2": "shop-data"}
    assert placed(Machine(shop_data="shop").used("shop2"), "shop", whole=False) == {"shop": "shop-data.instance"}


def test_nothing_is_taken_over_before_the_program_has_run() -> None:
    """A component may still come that declares the data."""
    machine = Machine(store_data="store").used("store", "store-data")
    assert placed(machine, "shop2", known=False, late="store") == {"shop2": "shop2-data", "store": "store-data"}


def test_data_of_a_component_that_comes_late_are_not_those_of_the_one_that_made_the_volume() -> None:
    """It was taken over by ``shop2``, which the program makes in an apply; ``shop`` is new."""
    with pytest.raises(ModelError, match="shop has taken over the data of its volume 'data'"):
        placed(Machine(shop_data="shop").used("shop2"), "shop", late="shop2")


def test_a_volume_that_somebody_else_has_made_under_the_name_counts() -> None:
    """A backup that was restored by ``docker run`` has no labels."""
    machine = Machine(c_data="", b_data="b")
    assert placed(machine, "c") == {"c": "c-data"}
    assert placed(machine.used("c", "c-data"), "c") == {"c": "c-data"}


def replicas(machine: Machine, **components: int) -> dict[str, list[str]]:
    """The same for pods with a volume for each of some replicas."""
    data = KeptData()
    mounts = [Mount("/data", PersistentVolume("data", per_replica=True))]
    plans = {
        name: plan(Pod(container("db", mounts=mounts), replicas=count), component=name)
        for name, count in components.items()
    }
    for rendered in plans.values():
        data.add(rendered)
    return {
        name: [data.kept(volume.name, machine).name.removeprefix("p-s-") for volume in rendered.volumes]
        for name, rendered in plans.items()
    }


def test_the_volumes_of_replicas_go_together() -> None:
    """And never away from a component that declares them, however few replicas it has for now."""
    machine = Machine(**{f"a_data.{i}": "a" for i in range(3)})
    a, b = ([f"{name}-data.{i}" for i in range(3)] for name in "ab")
    assert replicas(machine, b=3) == {"b": a}
    assert replicas(machine, b=2) == {"b": a[:2]}
    assert replicas(machine, a=1, b=3) == {"a": a[:1], "b": b}
    machine.kept["b-data.0"] = "b"
    assert replicas(machine, b=3) == {"b": b}


def test_a_component_that_comes_late_and_still_wants_its_data_is_an_error() -> None:
    """It was made in an apply, after its data were taken for those of a component that is gone."""
    with pytest.raises(ModelError, match="shop2 has taken over the data of its volume 'data'"):
        placed(Machine(shop_data="shop").used("shop"), "shop2", late="shop")


def test_a_volume_that_is_taken_over_keeps_its_labels() -> None:
    """Docker cannot change them, and the engine would recreate it."""
    data = KeptData()
    rendered = plan(Pod(container("db", mounts=[Mount("/data", PersistentVolume("data"))])), component="shop2")
    data.add(rendered)
    machine = Machine(shop_data="shop")
    kept = data.kept("p-s-shop2-data", machine)
    assert kept.labels == machine.kept_volumes({})["p-s-shop-data"]
    assert data.name("p-s-shop2-data") == "p-s-shop-data"
    assert data.taken_over == {"p-s-shop-data": "shop"}


class Kept(FakeDaemon):
    """A daemon with the data of the component ``shop``."""

    def kept_volumes(self, labels: Any, names: Any = ()) -> dict[str, Any]:
        """Which nothing mounts."""
        del names
        return {"project-stack-shop-data": {**labels, "dev.polypod.keep": "true", "dev.polypod.component": "shop"}}


@pytest.mark.parametrize("preview", [True, False])
def test_all_of_the_program_is_known_before_anything_is_taken_over(preview: bool) -> None:
    """Also where it asks a function that answers at once between its components: Pulumi runs other tasks then."""

    def program() -> None:
        for name in ("blog", "shop"):
            SidecarPod(name, Pod(container("db", mounts=[Mount("/data", PersistentVolume("data"))])))
            pulumi.runtime.invoke("test:index:anything", {})

    engine = MockedEngine(config={"polypod:target": "docker"}, daemon=Kept())
    (engine.preview if preview else engine.up)(program)
    volumes = [r.inputs["name"] for r in engine.resources if r.type == "docker:index/volume:Volume"]
    assert sorted(volumes) == ["project-stack-blog-data", "project-stack-shop-data"]


def test_a_function_may_wait_for_a_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a provider that is configured with what a component answers at: not all can be known before."""
    monkeypatch.setattr("polypod.targets.docker.deploy.volumes._PATIENCE_SECONDS", 0.1)
    ended = []

    def program() -> None:
        mounts = [Mount("/data", PersistentVolume("data"))]
        made = SidecarPod("shop", Pod(container("db", port=Port(80, publish=80), mounts=mounts)))
        there = pulumi.ProviderResource("test", "there", {"url": made.endpoints})
        pulumi.runtime.invoke("test:index:anything", {}, pulumi.InvokeOptions(provider=there))
        ended.append(True)
        SidecarPod("blog", Pod(container("db", mounts=mounts)))

    engine = MockedEngine(config={"polypod:target": "docker"}, daemon=Kept())
    engine.up(program)
    assert ended
    volumes = [r.inputs["name"] for r in engine.resources if r.type == "docker:index/volume:Volume"]
    assert sorted(volumes) == ["project-stack-blog-data", "project-stack-shop-data"]


def test_twice_the_volumes_are_twice_the_work() -> None:
    """None asks all others once, whose ever they are."""

    def work(size: int) -> int:
        pods = [Pod(container(f"db-{i}", mounts=[Mount("/data", PersistentVolume(f"data-{i}"))])) for i in range(size)]
        rendered, data = plan(Gateway(pods), component="shop"), KeptData()
        data.add(rendered)
        machine = Machine(**{f"{name}_data_{i}": name for i in range(size) for name in ("shop", "former")})
        return calls(lambda: data.kept(rendered.volumes[0].name, machine))

    assert work(100) < 2.1 * work(50)

"""The namespace of a stack, which all its components share."""

from __future__ import annotations

import pytest

from polypod import HostPathVolume, Mount, PersistentVolume, Pod, SidecarPod
from polypod.testing import FakeCluster
from tests.programs import container, web
from tests.targets.kubernetes.engines import failure, kinds, run, shop


def test_two_components_share_the_namespace() -> None:
    """Under names of their own."""

    def program() -> None:
        SidecarPod("a", web())
        SidecarPod("b", Pod(container("other", port=1)))

    engine = run(program)
    assert kinds(engine)["Namespace"] == ["project-stack"]
    assert kinds(engine)["Deployment"] == ["a-web.deployment", "b-other.deployment"]


@pytest.mark.parametrize(
    "second", [web(mounts=[Mount("/d", PersistentVolume("d"))]), web(mounts=[Mount("/h", HostPathVolume("h", "/h"))])]
)
def test_a_namespace_must_fit_all_components(second: Pod) -> None:
    """The first one that is created says what it keeps and enforces."""
    other = Pod(container("other"))

    def late() -> None:
        SidecarPod("a", other)
        SidecarPod("b", second)

    def early() -> None:
        SidecarPod("b", second)
        SidecarPod("a", other)

    assert "create 'b' before it in the program" in failure(late)
    run(early)


def test_an_existing_namespace_is_not_registered() -> None:
    """Everything goes there."""
    there = {"kind": "Namespace", "metadata": {"name": "apps"}}
    config = {"polypod:kubernetes": {"namespace": "apps"}}
    engine = run(shop, config=config, cluster=FakeCluster(objects=[there]))
    assert "Namespace" not in kinds(engine)
    assert engine["shop-web.deployment"].inputs["metadata"]["namespace"] == "apps"

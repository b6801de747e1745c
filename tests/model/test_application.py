"""Applications: in which order their pods start, and who refers to whom."""

from __future__ import annotations

import pytest

from polypod import ConfigVolume, Gateway, Mount, Pod, Secret, concat
from polypod.model.application import Application
from polypod.patterns import wait_for
from tests.programs import DB, A, B, container, web


@pytest.mark.parametrize(
    ("expected", "pods"),
    [
        (["a", "b", "c"], [Pod(container(name)) for name in "abc"]),
        (
            ["c", "b", "a"],
            [Pod(container("a"), depends_on=["b"]), Pod(container("b"), depends_on=["c"]), Pod(container("c"))],
        ),
        (["db", "web"], [web(env={"A": DB.host}), DB]),
        (["db", "web"], [Pod(container("web"), init=[wait_for(DB)]), DB]),
        (["db", "web"], [web(mounts=[Mount("/m", ConfigVolume("f", {"a": concat(DB.url(), Secret("x"))}))]), DB]),
        (["web", "db"], [web(env={"A": "polypod{web.port} polypod{nobody.host}"}), DB]),
    ],
)
def test_pods_start_after_what_they_wait_for(expected: list[str], pods: list[Pod]) -> None:
    """A reference is a dependency; without any, the order of the program stays."""
    assert expected == list(Application.of(Gateway(pods)).start_order())


def test_pods_may_refer_to_each_other_without_waiting() -> None:
    """Both connect to the other, and one of them waits."""
    app = Application.of(Gateway([A, B]))
    assert (app.dependencies, app.start_order()) == ({"a": frozenset(), "b": {"a"}}, ("a", "b"))
    assert app.clients == {"a": ("b",), "b": ("a",)}
    assert (app.cycle(), app.cycle(connected=True)) == ((), ("a", "b", "a"))


def test_a_pod_in_no_application_of_several_is_an_application() -> None:
    """A component that deploys one pod works on the same shape."""
    pod = web()
    assert Application({"web": pod}) == Application.of(pod)

"""The images of a program, each pulled or built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from polypod import Build, Gateway, Pod, RegistryCredentials, Secret
from polypod.targets.docker.plan import records
from tests.programs import Later, container, gateway, web
from tests.targets.docker.plans import HELPED, plan


def test_every_image_is_had_once() -> None:
    """Whoever asks for it first is named if it is not available."""
    pod = Pod(container(image="a:1"), sidecars=[container("b", image="a:1"), container("c", image="a:2")], replicas=2)
    assert [(image.key, image.reference, image.path) for image in plan(pod).images] == [
        ("image-a-1", "a:1", "pods.web.sidecars[0].image"),
        ("image-a-2", "a:2", "pods.web.sidecars[1].image"),
        ("image-busybox-1-37-musl", "busybox:1.37-musl", "pods.web.image"),
    ]


def test_images_are_replaced_by_those_of_the_site() -> None:
    """The model's own images as well as those that polypod adds."""
    images = {"web:1": "mirror/web:1", "busybox:1.37-musl": "mirror/busybox", "nginx:1.29": "mirror/nginx"}
    actual = plan(gateway(HELPED), images=images)
    assert {image.reference for image in actual.images} == {
        "mirror/web:1", "helper:1", "setup:1", "mirror/busybox", "mirror/nginx",
    }  # fmt: skip


def _context(root: Path, name: str, dockerfile: str = "FROM scratch\n") -> Build:
    (root / name).mkdir(parents=True, exist_ok=True)
    (root / name / "Dockerfile").write_text(dockerfile)
    return Build(name)


def test_a_build_becomes_an_image_of_the_component(tmp_path: Path) -> None:
    """Its repository is the component's, its context a path of this machine."""
    _context(tmp_path, "apps/Web_App")
    build = Build("apps/Web_App", dockerfile="Dockerfile", args={"A": "b"}, target="slim")
    (image,) = plan(web(image=build), root=tmp_path).images
    assert image == records.Image(
        key="image-apps-web-app-fbdc5f",
        reference="p-s-c/apps-web-app-fbdc5f",
        path="pods.web.main.image",
        context=tmp_path / "apps/Web_App",
        args={"A": "b"},
        target="slim",
        labels={"dev.polypod.image-of": "p-s-c"},
    )


@pytest.mark.parametrize("context", [".", "./", "../shop"])
def test_every_build_context_gives_a_repository_with_a_name(tmp_path: Path, context: str) -> None:
    """Also where the context is the project's root itself."""
    (image,) = plan(web(image=Build(context)), root=tmp_path / "shop").images
    assert str(image.reference).removeprefix("p-s-c/").strip("-") != ""
    assert image.key.removeprefix("image-") != ""


def test_two_builds_that_differ_are_two_images(tmp_path: Path) -> None:
    """Equal ones are built once."""
    _context(tmp_path, "app")
    pod = Pod(
        container(image=Build("app", target="a")),
        sidecars=[container("b", image=Build("app", target="b")), container("c", image=Build("app", target="a"))],
    )
    targets = {image.key: image.target for image in plan(pod, root=tmp_path).images if image.context}
    assert sorted(targets.values()) == ["a", "b"]


def test_base_images_of_builds_are_replaced_through_their_arguments(tmp_path: Path) -> None:
    """A Dockerfile that names its base in an ARG follows the site; what the program says wins."""
    _context(tmp_path, "app", "ARG BASE=python:3.12\narg OTHER=a:1\nARG FREE\nFROM ${BASE}\n")
    images = {"python:3.12": "mirror/python", "a:1": "mirror/a"}
    (default,) = plan(web(image=Build("app")), root=tmp_path, images=images).images
    (given_,) = plan(web(image=Build("app", args={"BASE": "mine"})), root=tmp_path, images=images).images
    assert (default.args, given_.args) == (
        {"BASE": "mirror/python", "OTHER": "mirror/a"},
        {"BASE": "mine", "OTHER": "mirror/a"},
    )


def test_a_deferred_image_is_passed_on() -> None:
    """Its name is known only later; two of them are two images."""
    images = [Later(), Later()]
    pod = Pod(container(image=images[0]), sidecars=[container("b", image=images[1])])
    assert [record.reference for record in plan(pod).images[:2]] == [images[1], images[0]]


def test_images_keep_their_keys_when_others_come(tmp_path: Path) -> None:
    """A pod that is added in front makes no image of the other pods a new resource."""
    _context(tmp_path, "app")
    pod = Pod(
        container(image=Build("app", target="slim")),
        sidecars=[container("b", image=Later()), container("c", image=Build("app")), container("d", image="d:1")],
    )
    new = Pod(container("new", image="e:1"), sidecars=[container("f", image=Later("y"))])
    before, after = (
        {image.path: image.key for image in plan(Gateway(pods), root=tmp_path).images} for pods in ([pod], [new, pod])
    )
    assert before.items() <= {**after, "pods.web.image": before["pods.web.image"]}.items()


def test_registries_log_in_once_each() -> None:
    """Pods of one application share the logins."""
    logins = [RegistryCredentials(server=s, username="me", password=Secret("p")) for s in ("a.io", "b.io")]
    app = Gateway([Pod(container("a"), registries=logins), Pod(container("b"), registries=logins[:1])])
    assert [login.server for login in plan(app).registries] == ["a.io", "b.io"]

"""The images that components build."""

from __future__ import annotations

from pathlib import Path

from polypod import Build, SidecarPod
from tests.engines import run
from tests.programs import web


def test_a_build_is_done_anew_when_a_file_changes(tmp_path: Path) -> None:
    """The tag of the image is the digest of its context, so a change replaces just its containers."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")

    def image() -> tuple[str, str]:
        found = run(lambda: SidecarPod("c", web(image=Build("app"))), root=tmp_path)["c-image-app"].inputs
        return found["name"], found["build"]["context"]

    first, context = image()
    assert (image(), context) == ((first, context), str(tmp_path / "app"))
    (tmp_path / "app" / "file").write_text("new")
    second, _ = image()
    (tmp_path / "app" / ".dockerignore").write_text("file\n")
    third, _ = image()
    (tmp_path / "app" / "file").write_text("newer")
    assert (len({first, second, third}), image()[0]) == (3, third)


def test_a_built_image_belongs_to_its_component(tmp_path: Path) -> None:
    """Two that build the same have an image each: Docker may lose one that is removed and built at the same time."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    engine = run(lambda: [SidecarPod(name, web(image=Build("."))) for name in ("a", "b")], root=tmp_path)
    for name in ("a", "b"):
        build = engine[f"{name}-image-image"].inputs["build"]
        assert build["label"] == build["labels"] == {"dev.polypod.image-of": f"project-stack-{name}"}

"""What the tests of all components share: golden files and the flag that rewrites them."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent

if cache := os.environ.get("POLYPOD_CACHE"):
    # Hypothesis' tables of Unicode take each worker of a fresh clone two seconds to make.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(cache) / "hypothesis"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites golden files."""
    parser.addoption("--update-goldens", action="store_true", help="write what the tests see into the golden files")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is imported out of all further garbage collections: it would be looked through by each."""
    gc.disable()
    done = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return done


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in a folder ``live`` is live, and nothing else; tests that look at one deployment stay on one worker.

    They start first, then the other live ones: many short ones at the end leave no worker waiting for a long one.
    """
    for item in items:
        if "live" in item.path.relative_to(ROOT).parent.parts:
            item.add_marker(pytest.mark.live)
            if _shares_a_deployment(item):
                target = getattr(item, "callspec", None) and item.callspec.params.get("target", "")
                item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{target or ''}"))
    items.sort(key=lambda item: (not _shares_a_deployment(item), item.get_closest_marker("live") is None))


def _shares_a_deployment(item: pytest.Item) -> bool:
    return any(name.startswith("deploy") and name.endswith("_once") for name in getattr(item, "fixturenames", ()))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, object], None]:
    """Compare something with a golden file: a text as it is, anything else as JSON."""

    def compare(file: Path, actual: object) -> None:
        text = actual if isinstance(actual, str) else json.dumps(actual, indent=1, ensure_ascii=False) + "\n"
        if request.config.getoption("update_goldens"):
            file.write_text(text)
        assert file.is_file(), f"there is no {file.name}; write it with pytest --update-goldens"
        assert file.read_text() == text, f"{file.name} is out of date; if it should, rewrite it with --update-goldens"

    return compare


@pytest.fixture(scope="session")
def images() -> dict[str, str]:
    """The images that stand in for public ones here."""
    file = ROOT / ".polypod" / "images.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


@pytest.fixture(scope="session")
def busybox(images: dict[str, str]) -> str:
    """An image with a shell, ``httpd`` and ``wget``."""
    return images.get("busybox:1.37", "busybox:1.37")

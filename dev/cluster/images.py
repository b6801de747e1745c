"""The images that stand in for public ones."""

import json
import os
from pathlib import Path

from .command import attempt


def stand_ins() -> dict[str, str]:
    """Which local image stands in for which public one: none where a registry answers."""
    file = Path(os.environ.get("POLYPOD_IMAGES", ""))
    return json.loads(file.read_text()) if file.is_file() else {}


def loadable() -> set[str]:
    """The stand-ins that the Docker daemon has."""
    return {tag for tag in stand_ins().values() if attempt("docker", "image", "inspect", tag) is not None}

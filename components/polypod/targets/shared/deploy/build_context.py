"""The content of a build context, as one digest that changes when the image must be built again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from polypod.targets.shared.plan.images import Image


def context_digest(image: Image) -> str:
    """The digest of everything that goes into a built image.

    Args:
        image: An image with a context.
    """
    from docker.utils.build import exclude_paths  # a program that builds no image does without Docker's client

    assert image.context is not None  # noqa: S101 - only built images are asked for
    digest = hashlib.sha256()
    args, labels = sorted(image.args.items()), sorted(image.labels.items())
    digest.update(repr((image.dockerfile, args, image.target, labels)).encode())
    for name in sorted(exclude_paths(str(image.context), _ignored(image.context), dockerfile=image.dockerfile)):
        file = image.context / name
        if file.is_file():
            digest.update(f"\0{name}\0{file.stat().st_mode & 0o777:o}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _ignored(context: Path) -> list[str]:
    file = context / ".dockerignore"
    if not file.is_file():
        return []
    lines = (line.strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]

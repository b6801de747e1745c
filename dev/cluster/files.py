"""Files that processes of the cluster, or programs that use it, may be reading."""

import os
from pathlib import Path


def holds(file: Path, content: bytes) -> bool:
    """Whether a file is there and has this content."""
    return file.exists() and file.read_bytes() == content


def replace(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file such that a reader sees the old content or the new; one that has this content is not touched."""
    if holds(file, content):
        return
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
        opened.write(content)
    new.replace(file)

"""A container image with one static program, as 'docker save' would write it: no registry, no daemon."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

FOLDERS = {"bin": 0o755, "tmp": 0o1777}


def image(tag: str, program: Path, machine: str) -> bytes:
    """Pack a program into an image that runs it; machine is Go's name of the processor."""
    layer = _tar({f"bin/{program.name}": program.read_bytes()}, FOLDERS)
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": machine,
            "os": "linux",
            "config": {"Entrypoint": [f"/bin/{program.name}"], "Env": ["PATH=/bin"], "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
    ).encode()
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": config_name, "RepoTags": [tag], "Layers": [f"{digest}/layer.tar"]}]
    return _tar({config_name: config, f"{digest}/layer.tar": layer, "manifest.json": json.dumps(manifest).encode()}, {})


def _tar(files: dict[str, bytes], folders: dict[str, int]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, mode in folders.items():
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, mode
            archive.addfile(folder)
        for name, content in files.items():
            file = tarfile.TarInfo(name)
            file.size, file.mode = len(content), 0o755
            archive.addfile(file, io.BytesIO(content))
    return buffer.getvalue()

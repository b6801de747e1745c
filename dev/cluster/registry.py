"""A registry with a password on this machine, where Azure would have a container registry."""

import io
import json
import secrets
import tarfile

import bcrypt

from .command import attempt, run, say
from .images import stand_ins
from .settings import CACHE, FOLDER, REGISTRY

CONTAINER = VOLUME = "polypod-registry"
USERNAME = "polypod"
PASSWORD = CACHE / "passwords" / CONTAINER
ADDRESS = FOLDER / "registry.json"
"""What stacks need to know: server, username and the file of the password."""
LABEL = "dev.polypod.registry=cluster"
_ROUNDS = 4
"""What makes a hash slow protects passwords that can be guessed. This one cannot, and is checked with every request."""
ENVIRONMENT = {
    "REGISTRY_AUTH": "htpasswd",
    "REGISTRY_AUTH_HTPASSWD_REALM": "polypod",
    "REGISTRY_AUTH_HTPASSWD_PATH": "/htpasswd",
    "REGISTRY_STORAGE_DELETE_ENABLED": "true",
}


def up() -> None:
    """Start the registry if it does not run."""
    state = attempt("docker", "inspect", "--format", "{{.State.Running}}", CONTAINER)
    if state is None:
        _create()
    if state is None or state.strip() != "true":
        run("docker", "start", CONTAINER)
        say(f"a registry with a password answers at {REGISTRY}")
    ADDRESS.write_text(json.dumps({"server": REGISTRY, "username": USERNAME, "passwordFile": str(PASSWORD)}))


def down() -> None:
    """Remove the registry and what was pushed to it."""
    ours = f"--filter=label={LABEL}"
    if found := (attempt("docker", "ps", "--all", "--quiet", ours) or "").split():
        run("docker", "rm", "--force", "--volumes", *found)
    if found := (attempt("docker", "volume", "ls", "--quiet", ours) or "").split():
        run("docker", "volume", "rm", *found)
    ADDRESS.unlink(missing_ok=True)


def _password() -> str:
    if not PASSWORD.exists() or not PASSWORD.stat().st_size:
        PASSWORD.parent.mkdir(exist_ok=True, mode=0o700)
        PASSWORD.touch(mode=0o600)
        PASSWORD.write_text(secrets.token_hex(16))
    return PASSWORD.read_text()


def _create() -> None:
    image = stand_ins().get("registry:3", "registry:3")
    run("docker", "volume", "create", "--label", LABEL, VOLUME)
    run(
        *("docker", "create", "--name", CONTAINER, "--label", LABEL, "--restart", "unless-stopped"),
        *("--publish", f"{REGISTRY}:5000", "--volume", f"{VOLUME}:/var/lib/registry"),
        *(f"--env={name}={value}" for name, value in ENVIRONMENT.items()),
        image,
    )
    # Copied, not mounted: the daemon may be on another machine.
    run("docker", "cp", "-", f"{CONTAINER}:/", stdin=_htpasswd())


def _htpasswd() -> bytes:
    line = f"{USERNAME}:{bcrypt.hashpw(_password().encode(), bcrypt.gensalt(_ROUNDS)).decode()}\n".encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        file = tarfile.TarInfo("htpasswd")
        file.size, file.mode = len(line), 0o644
        archive.addfile(file, io.BytesIO(line))
    return buffer.getvalue()

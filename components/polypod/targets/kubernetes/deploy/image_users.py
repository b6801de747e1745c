"""The user that an image says in its configuration, asked of the Docker daemon of this machine and of registries."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from functools import partial
from threading import Thread
from typing import Any
from urllib.parse import quote

from docker.auth import INDEX_NAME, load_config, resolve_repository_name
from docker.errors import DockerException
from docker.utils import parse_repository_tag
from dxf import DXF, DXFBase
from dxf.exceptions import DXFError
from requests import Response
from requests.exceptions import RequestException

from polypod.errors import PolypodError
from polypod.model.registry_credentials import DOCKER_HUB, RegistryCredentials, registry_of
from polypod.model.value import Secret
from polypod.targets.kubernetes.plan.users import ImageUser, reason
from polypod.targets.shared.deploy.docker_provider import endpoint_of_stack

_SECONDS = 5
"""How long a preview waits for all of them at most."""

_DAEMON_SECONDS = 2
"""How much of that the daemon has, so that the registries have the rest."""

_TIMEOUT = 3
_LOCAL = ("localhost", "127.0.0.1", "::1")
_SILENT = (DockerException, DXFError, RequestException, LookupError, TypeError, ValueError)
"""What may go wrong where an image cannot be asked for: the node says then what is wrong with it, if anything is."""

_Login = tuple[str, str] | None


def users_of(references: Collection[str], logins: Mapping[str, RegistryCredentials]) -> Mapping[str, ImageUser]:
    """The user that each image says, by reference; without those that cannot be asked for.

    The daemon may have an older image of the name than the registry: what it has is enough to let the image pass, and
    the registry's word goes before its own where it is not.

    Args:
        references: The images.
        logins: The logins for private registries, by registry.
    """
    begun = time.monotonic()
    found = _in_daemon(references, begun + _DAEMON_SECONDS)
    doubtful = [item for item in references if item not in found or reason(found[item].name)]
    return found | _in_registries(doubtful, logins, begun + _SECONDS)


def _in_daemon(references: Collection[str], end: float) -> dict[str, ImageUser]:
    """The users of the images that the daemon has; once it does not answer, it is not asked any more."""
    found: dict[str, ImageUser] = {}
    try:
        endpoint = endpoint_of_stack()
    except PolypodError:
        return {}

    def ask() -> None:
        with suppress(*_SILENT), closing(endpoint.client(_DAEMON_SECONDS, connections=1)) as client:
            for reference in references:
                with suppress(DockerException, LookupError, TypeError):
                    found[reference] = _of_daemon(reference, client.images.get(reference).attrs)

    _at_once([ask], end)
    return dict(found)


def _of_daemon(reference: str, image: Mapping[str, Any]) -> ImageUser:
    sure = "@" in reference or not image.get("RepoDigests")
    return ImageUser(str(image["Config"].get("User") or ""), sure)


def _in_registries(
    references: Collection[str], logins: Mapping[str, RegistryCredentials], end: float
) -> dict[str, ImageUser]:
    found: dict[str, ImageUser] = {}
    images: defaultdict[str, list[str]] = defaultdict(list)
    for reference in references:
        images[registry_of(reference)].append(reference)

    def ask(registry: str) -> None:
        with suppress(*_SILENT):
            login = _login(registry, logins)
            _at_once([partial(ask_for, registry, reference, login) for reference in images[registry]], end)

    def ask_for(registry: str, reference: str, login: _Login) -> None:
        with suppress(*_SILENT):
            found[reference] = ImageUser(_in_registry(registry, reference, login))

    _at_once([partial(ask, registry) for registry in images], end)
    return dict(found)


def _at_once(asks: Collection[Callable[[], None]], end: float) -> None:
    """Ask in threads that keep nobody waiting when the time is over."""
    threads = [Thread(target=ask, daemon=True) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))


def _in_registry(registry: str, reference: str, login: _Login) -> str:
    repository, version = _parts(reference)
    local = registry.rpartition(":")[0] in _LOCAL or registry in _LOCAL
    if local and login:  # the library gives no login to a server without TLS
        registry = f"{quote(login[0], safe='')}:{quote(login[1], safe='')}@{registry}"

    def authenticate(client: DXFBase, response: Response) -> None:
        username, password = login or (None, None)
        client.authenticate(username, password, response=response)

    with DXF(registry, repository, authenticate, insecure=local, timeout=_TIMEOUT) as client:
        manifest = _of_platform(client, json.loads(client.get_manifest_and_response(version)[0]))
        blob: Any = client.pull_blob(manifest["config"]["digest"])
        content = json.loads(b"".join(blob))
    return str(content.get("config", {}).get("User") or "")


def _parts(reference: str) -> tuple[str, str]:
    """The repository of an image in its registry, and its tag or digest."""
    named, _, digest = reference.partition("@")
    repository, tag = parse_repository_tag(named)
    _, path = resolve_repository_name(repository)
    official = registry_of(reference) == DOCKER_HUB and "/" not in path
    return f"library/{path}" if official else path, digest or tag or "latest"


def _of_platform(client: DXF, manifest: Any) -> Any:
    """The manifest of one platform. Which one says nothing about the user: all are built from one Dockerfile."""
    if "manifests" not in manifest:
        return manifest
    linux = [item for item in manifest["manifests"] if item.get("platform", {}).get("os") == "linux"]
    chosen = next((item for item in linux if item["platform"]["architecture"] == "amd64"), linux[0])
    return json.loads(client.get_manifest_and_response(chosen["digest"])[0])


def _login(registry: str, logins: Mapping[str, RegistryCredentials]) -> _Login:
    """The login for a registry that the program has, or else the machine; ``None`` where it is known only later."""
    if given := logins.get(registry):
        value = given.password.value if isinstance(given.password, Secret) else given.password
        return (given.username, value) if isinstance(given.username, str) and isinstance(value, str) else None
    known = load_config().resolve_authconfig(INDEX_NAME if registry == DOCKER_HUB else registry) or {}
    username, password = (known.get(key) or known.get(key.title()) for key in ("username", "password"))
    return (username, password) if username and password else None

"""Build the site of a component from the stack, its config and this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs
import pulumi

from polypod.config.image_mirrors import IN_CONFIG, mirrors, of_this_machine
from polypod.config.reader import field, read
from polypod.config.site import Site
from polypod.config.stack_config import stack_config
from polypod.errors import ModelError, Problem
from polypod.model.registry_credentials import RegistryCredentials
from polypod.model.value import Secret

_PORTABLE = "config polypod:portable"
_KEYS = ("aci", "azure", "images", "kubernetes", "portable", "registry", "target")
"""The keys of the stack's config ``polypod:*``, without those of targets of other packages."""

Names = Callable[[], Sequence[str]]
"""What tells the names of all targets: to look for those of other packages takes time that few programs need."""

_MOVED = ("aciEmulator",)
"""Keys of 0.1 that still work, with a warning."""


@attrs.frozen(kw_only=True)
class _RegistryLogin:
    server: str = field(r"\S+", "the host of a registry, such as registry.example.com")
    username: str = field(".+", "a user name")
    password: Secret = field("(?s).+", "a password; set it with pulumi config set --secret --path")


def sites_of(component: str, target: str, targets: Names) -> dict[str, Site]:
    """The site of a component on its target, and on those that the stack's config ``polypod:portable`` names.

    Args:
        component: Its name.
        target: The name of its target.
        targets: Tells the names of all targets.

    Returns:
        The sites by the name of the target, that of the component first.

    Raises:
        ModelError: The stack's config does not fit.
    """
    problems: list[Problem] = list(_unknown_keys(targets))
    own = stack_config().value("polypod:images")
    of_the_stack = mirrors({} if own is None else own, "config polypod:images", IN_CONFIG, problems)
    images = {**of_this_machine(problems), **of_the_stack}
    registry, portable = _registry(problems), _portable(targets, problems)
    if problems:
        raise ModelError(problems)
    site = Site(
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        component=component,
        root=_project_root(),
        images=images,
        registry=registry,
    )
    names = dict.fromkeys((target, *portable))
    return {name: attrs.evolve(site, settings=stack_config().value(f"polypod:{name}") or {}) for name in names}


def _unknown_keys(targets: Names) -> Iterator[Problem]:
    """Keys that nothing reads; those of a project that is called polypod are its program's own."""
    if pulumi.get_project() == "polypod":
        return
    unknown = sorted(key for key in stack_config().keys("polypod") if key not in (*_KEYS, *_MOVED))
    known = sorted({*_KEYS, *targets()} - {"docker"}) if unknown else ()
    for key in (key for key in unknown if key not in known):
        close = get_close_matches(key, known)
        fix = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
        daemon = "name the daemon with docker:host or docker:context: there are no other settings of Docker"
        yield Problem("PP702", f"config polypod:{key}", "unknown key", daemon if key == "docker" else fix)


def _portable(targets: Names, problems: list[Problem]) -> tuple[str, ...]:
    """The targets that the program must keep working on."""
    names = stack_config().value("polypod:portable")
    if names is None:
        return ()
    known = targets()
    if not isinstance(names, list):
        fix = f"write a list of {', '.join(known)}"
        problems.append(Problem("PP706", _PORTABLE, f"{names!r} is not a list of targets", fix))
        return ()
    problems += [problem for i in range(len(names)) for problem in _portable_problems(names, i, known)]
    return tuple(names)


def _portable_problems(names: list[Any], i: int, known: Sequence[str]) -> Iterator[Problem]:
    path = f"{_PORTABLE}[{i}]"
    if names[i] not in known:
        close = get_close_matches(str(names[i]), known)
        fix = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
        yield Problem("PP707", path, f"{names[i]!r} is not a target", fix)
    elif names[i] in names[:i]:
        yield Problem("PP708", path, f"{names[i]!r} is listed twice", "remove one of them")


def _project_root() -> Path:
    """The directory of Pulumi.yaml; older Python hosts do not pass it, and start the program in ``main``."""
    here = Path.cwd()
    above = (folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file())
    return Path(pulumi.get_root_directory() or next(above, here))


def _registry(problems: list[Problem]) -> RegistryCredentials | None:
    """The registry that built images are pushed to."""
    data = stack_config().value("polypod:registry")
    login = None if data is None else read(_RegistryLogin, data, "config polypod:registry", problems)
    if login is None:
        return None
    return RegistryCredentials(server=login.server, username=login.username, password=login.password)

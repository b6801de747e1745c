"""Where a component is deployed: what the stack, its config and this machine say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs
import pulumi

from polypod.errors import ModelError
from polypod.model.problem import Problem
from polypod.model.registry import RegistryCredentials
from polypod.model.value import Secret
from polypod.targets.base import Site, target_names

_REGISTRY = "config polypod:registry"
_PORTABLE = "config polypod:portable"
_LOGIN = ("server", "username", "password")


def sites_of(component: str, target: str) -> dict[str, Site]:
    """The site of a component on its target, and on those that the stack's config ``polypod:portable`` names.

    Args:
        component: Its name.
        target: The name of its target.

    Returns:
        The sites by the name of the target, that of the component first.

    Raises:
        ModelError: The stack's config does not fit.
    """
    config = pulumi.Config("polypod")
    site = Site(
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        component=component,
        root=_project_root(),
        images={**_images_of_this_machine(), **(config.get_object("images") or {})},
        registry=_registry(),
    )
    names = dict.fromkeys((target, *portable(config.get("portable"))))
    return {name: attrs.evolve(site, settings=config.get_object(name) or {}) for name in names}


def portable(text: str | None) -> tuple[str, ...]:
    """The targets that a program must keep working on.

    Args:
        text: The stack's config ``polypod:portable``, a list as JSON; ``None`` where there is none.

    Raises:
        ModelError: It is no list of targets, each once.
    """
    if text is None:
        return ()
    try:
        names = json.loads(text)
    except ValueError:
        names = text
    if not isinstance(names, list):
        fix = f"write a list of {', '.join(target_names())}"
        raise ModelError([Problem(_PORTABLE, f"{names!r} is not a list of targets", fix)])
    problems = [problem for i in range(len(names)) for problem in _portable_problems(names, i)]
    if problems:
        raise ModelError(problems)
    return tuple(names)


def _portable_problems(names: list[Any], i: int) -> Iterator[Problem]:
    known = target_names()
    path = f"{_PORTABLE}[{i}]"
    if names[i] not in known:
        close = get_close_matches(str(names[i]), known)
        fix = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
        yield Problem(path, f"{names[i]!r} is not a target", fix)
    elif names[i] in names[:i]:
        yield Problem(path, f"{names[i]!r} is listed twice", "remove one of them")


def _project_root() -> Path:
    """The directory of Pulumi.yaml; older Python hosts do not pass it, and start the program in ``main``."""
    here = Path.cwd()
    above = (folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file())
    return Path(pulumi.get_root_directory() or next(above, here))


def _images_of_this_machine() -> Mapping[str, str]:
    """Images to use in place of others on this machine, from the JSON file that ``POLYPOD_IMAGES`` names."""
    file = os.environ.get("POLYPOD_IMAGES")
    images: Mapping[str, str] = json.loads(Path(file).read_text()) if file and Path(file).is_file() else {}
    return images


def _registry() -> RegistryCredentials | None:
    """The registry that built images are pushed to."""
    text = pulumi.Config("polypod").get("registry")
    if text is None:
        return None
    problems = list(_registry_problems(text))
    if problems:
        raise ModelError(problems)
    data: Mapping[str, Any] = json.loads(text)
    return RegistryCredentials(server=data["server"], username=data["username"], password=Secret(data["password"]))


def _registry_problems(text: str) -> list[Problem]:
    fix = "set its server, username and password with `pulumi config set --path`, the last with --secret"
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, Mapping):
        return [Problem(_REGISTRY, "it is not a mapping", fix)]
    problems = [
        Problem(f"{_REGISTRY}.{key}", "unknown key", f"use {', '.join(_LOGIN)}") for key in data if key not in _LOGIN
    ]
    for key in _LOGIN:
        if key not in data:
            problems.append(Problem(f"{_REGISTRY}.{key}", "nothing is given", fix))
        elif not isinstance(data[key], str) or not data[key]:
            problems.append(Problem(f"{_REGISTRY}.{key}", "it is not a text", fix))
    return problems

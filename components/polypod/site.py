"""Where a component is deployed: what the stack, its config and this machine say."""

from __future__ import annotations

import json
import os
import re
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
from polypod.reader import field, read_config
from polypod.targets.base import Site, target_names

_PORTABLE = "config polypod:portable"
_IMAGES = "config polypod:images"


@attrs.frozen(kw_only=True)
class _RegistryLogin:
    server: str = field(r"\S+", "the host of a registry, such as registry.example.com")
    username: str = field(".+", "a user name")
    password: Secret = field("(?s).+", "a password; set it with pulumi config set --secret --path")


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
    site = Site(
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        component=component,
        root=_project_root(),
        images=_images(),
        registry=_registry(),
    )
    names = dict.fromkeys((target, *_portable()))
    return {name: attrs.evolve(site, settings=_config(name) or {}) for name in names}


def _portable() -> tuple[str, ...]:
    """The targets that the program must keep working on."""
    names = _config("portable")
    if names is None:
        return ()
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


def _images() -> Mapping[str, str]:
    """Images to use in place of others: those of this machine, before which the stack's config comes."""
    file = os.environ.get("POLYPOD_IMAGES", "")
    of_this_machine = _parsed(Path(file).read_text()) if Path(file).is_file() else {}
    own = _config("images")
    problems = [*_image_problems(of_this_machine, file), *_image_problems({} if own is None else own, _IMAGES)]
    if problems:
        raise ModelError(problems)
    return {**of_this_machine, **(own or {})}


def _image_problems(images: object, path: str) -> Iterator[Problem]:
    fix = "write an image of the program and the image to use, such as nginx:1.29: mirror.example.com/nginx:1.29"
    if not isinstance(images, Mapping):
        yield Problem(path, f"a mapping is expected, not a {type(images).__name__}", fix)
        return
    for name, image in images.items():
        if not isinstance(image, str) or not re.fullmatch(r"\S+", image):
            yield Problem(f"{path}.{name}", f"{image!r} is not an image", fix)


def _registry() -> RegistryCredentials | None:
    """The registry that built images are pushed to."""
    data = _config("registry")
    if data is None:
        return None
    login = read_config(_RegistryLogin, data, "config polypod:registry")
    return RegistryCredentials(server=login.server, username=login.username, password=login.password)


def _config(key: str) -> Any:
    """A value of the stack's config, structured where it is; ``None`` where there is none."""
    text = pulumi.Config("polypod").get(key)
    return None if text is None else _parsed(text)


def _parsed(text: str) -> Any:
    """JSON, or else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text

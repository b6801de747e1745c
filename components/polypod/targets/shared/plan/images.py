"""The images of an application, each pulled or built once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from os.path import normpath
from pathlib import Path
from typing import Any

import attrs

from polypod.config.site import Site
from polypod.model.build import Build
from polypod.model.value import Deferred

_ARG = re.compile(r"^\s*ARG\s+(\w+)=(\S+)", re.MULTILINE | re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Image:
    """An image that is pulled, or built where ``context`` is given.

    Args:
        key: Its logical name below the component.
        reference: The reference; of a built image, its repository without a tag.
        path: The first place in the model that asks for it.
        context: The directory of the build.
        dockerfile: The Dockerfile, relative to ``context``.
        args: The build arguments.
        target: The stage to build.
        labels: The labels of what is built. They make it an image of its own (decision 18). Containers inherit them, so
            none says of a container that it is polypod's.
    """

    key: str
    reference: str | Deferred
    path: str
    context: Path | None = None
    dockerfile: str = "Dockerfile"
    args: Mapping[str, str] = attrs.field(factory=dict)
    target: str | None = None
    labels: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class BuiltImage:
    """A leaf of a record: the reference of an image that is built, known only once it is.

    Args:
        key: The key of the image.
    """

    key: str


class ImageTable:
    """Collects images while an application is rendered, and gives equal ones one key."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._keys: dict[object, str] = {}
        self._records: dict[str, Image] = {}

    def key(self, image: object, path: str) -> str:
        """The key of an image.

        Args:
            image: A reference, a `Build` or a deferred reference.
            path: The place in the model that asks for it.
        """
        identity = _identity(image)
        if identity not in self._keys:
            record = self._build(image, path) if isinstance(image, Build) else self._pull(image, path)
            self._keys[identity] = record.key
            self._records[record.key] = record
        return self._keys[identity]

    def records(self) -> tuple[Image, ...]:
        """The images collected, in the order they were asked for."""
        return tuple(self._records.values())

    def _pull(self, image: object, path: str) -> Image:
        if isinstance(image, str):
            return Image(key=self._unique(_slug(image), image), reference=self._site.image(image), path=path)
        assert isinstance(image, Deferred)  # noqa: S101 - the model allows nothing else
        return Image(key=self._unique(_slug(path), path), reference=image, path=path)

    def _build(self, build: Build, path: str) -> Image:
        context = self._site.root / build.context
        key = self._unique(_slug(normpath(build.context)) or "image", _identity(build))
        return Image(
            key=key,
            reference=f"{self._site.prefix}/{key.removeprefix('image-')}".lower(),
            path=path,
            context=context,
            dockerfile=build.dockerfile,
            args={**_substituted_args(context / build.dockerfile, self._site), **build.args},
            target=build.target,
            labels={"dev.polypod.image-of": self._site.prefix},
        )

    def _unique(self, name: str, identity: Any) -> str:
        """A key that stays the same when other images come and go; a digest tells those of one name apart."""
        digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:6]
        plain = isinstance(identity, str) or identity[1:] == ("Dockerfile", (), None)
        key = f"image-{name}" if plain else f"image-{name}-{digest}"
        return key if key not in self._records else f"image-{name}-{digest}"


def _identity(image: object) -> Any:
    if isinstance(image, Build):
        return (normpath(image.context), image.dockerfile, tuple(sorted(image.args.items())), image.target)
    return image if isinstance(image, str) else id(image)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _substituted_args(dockerfile: Path, site: Site) -> Mapping[str, str]:
    """Build arguments whose default is an image that this site uses another one for."""
    if not site.images or not dockerfile.is_file():
        return {}
    return {name: site.image(value) for name, value in _ARG.findall(dockerfile.read_text()) if value in site.images}

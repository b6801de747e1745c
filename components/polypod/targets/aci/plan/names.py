"""The names of what is made in Azure."""

from __future__ import annotations

import hashlib
import re

from polypod.azure.aci.limits import NAME_LENGTH
from polypod.config.site import Site

_DIGEST = 6
_SHORTEST = 5
"""The shortest name of a volume; a share needs three characters, a DNS label five."""


def fitting(text: str) -> str:
    """A text as a name that every kind of thing in a container group may have.

    Five to 63 lower-case letters, digits and single hyphens. A digest keeps apart what becomes the same otherwise.

    Args:
        text: A name of the program, or several joined with hyphens.
    """
    plain = _plain(text)
    return plain if plain == text and _SHORTEST <= len(plain) <= NAME_LENGTH else _with_digest(plain, text)


def joined(*parts: str) -> str:
    """Several names as one that other parts never become: a digest says where each ends if the hyphens do not.

    Args:
        parts: Names of the program.
    """
    text = "-".join(parts)
    return _with_digest(_plain(text), "/".join((*parts, ""))) if any("-" in part for part in parts) else fitting(text)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _with_digest(plain: str, whole: str) -> str:
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: NAME_LENGTH - _DIGEST - 1].rstrip('-')}-{digest}".lstrip("-")


def container_name(pod: str, name: str) -> str:
    """The name of a container in a group where another pod has a container of the same name.

    Args:
        pod: The name of its pod.
        name: Its own name.
    """
    text = f"{pod}-{name}"
    return text if len(text) <= NAME_LENGTH else fitting(text)


def group_name(site: Site, key: str) -> str:
    """The name of a container group, which is also the first part of its DNS name.

    Args:
        site: Where the component is deployed.
        key: The key of the group.
    """
    return fitting(f"{site.component}-{key}" if key else site.component)

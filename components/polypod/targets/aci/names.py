"""The names of what is made in Azure."""

from __future__ import annotations

import hashlib
import re

from polypod.azure.aci.limits import NAME_LENGTH
from polypod.targets.base import Site

_DIGEST = 6
_SHORTEST = 5
"""The shortest name of a volume; a share needs three characters, a DNS label five."""


def fitting(text: str) -> str:
    """A text as a name that every kind of thing in a container group may have.

    Five to 63 lower-case letters, digits and single hyphens. A digest keeps apart what becomes the same otherwise.

    Args:
        text: A name of the program, or several joined with hyphens.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if plain == text and _SHORTEST <= len(plain) <= NAME_LENGTH:
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: NAME_LENGTH - _DIGEST - 1].rstrip('-')}-{digest}".lstrip("-")


def group_name(site: Site, key: str) -> str:
    """The name of a container group, which is also the first part of its DNS name.

    Args:
        site: Where the component is deployed.
        key: The key of the group.
    """
    return fitting(f"{site.component}-{key}" if key else site.component)

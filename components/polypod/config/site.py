"""The site of a component: everything about its environment that shows in names and references."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from polypod.model.registry_credentials import RegistryCredentials


@attrs.frozen(kw_only=True)
class Site:
    """The environment of a component, to the extent that it shows in names and references.

    Args:
        project: The Pulumi project.
        stack: The Pulumi stack.
        component: The name of the component.
        root: The directory that build contexts are relative to.
        images: Images to use in place of others, by reference; empty by default.
        settings: The stack's config of the target, ``polypod:<target>``; empty by default.
        registry: The registry that built images are pushed to, where the platform takes none from this machine.
    """

    project: str
    stack: str
    component: str
    root: Path
    images: Mapping[str, str] = attrs.field(factory=dict)
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    registry: RegistryCredentials | None = None

    @property
    def prefix(self) -> str:
        """The start of every name on the platform."""
        return f"{self.project}-{self.stack}-{self.component}"

    def image(self, reference: str) -> str:
        """The image to use for a reference."""
        return self.images.get(reference, reference)

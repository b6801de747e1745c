"""A pod that another one refers to without waiting for it."""

from __future__ import annotations

import attrs

from polypod.model.access import Access
from polypod.model.value import Reference, Template


@attrs.frozen
class PodReference:
    """A pod of the same application by its name, for pods that call each other: who refers to it does not wait for it.

    A `Pod` made before another can refer to it so::

        web = Pod(Container("web", ..., env={"ADMIN": PodReference("admin").url()}))
        admin = Pod(Container("admin", ..., env={"WEB": web.url()}))

    Args:
        name: The name of the pod.
        access: How clients write its address; plain HTTP by default.
    """

    name: str
    access: Access = attrs.field(default=Access(), kw_only=True)

    @property
    def host(self) -> str:
        """A reference to the host name that other pods reach it by."""
        return str(Reference(self.name, "host", waits=False))

    @property
    def port(self) -> str:
        """A reference to the port it serves on: the first of its first container that has one."""
        return str(Reference(self.name, "port", waits=False))

    def url(self, path: str = "") -> Template:
        """A reference to its URL.

        Args:
            path: What follows the port; for a database its name.
        """
        return self.access.url(self.host, self.port, path)

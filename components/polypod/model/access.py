"""How clients address what a pod serves."""

from __future__ import annotations

from urllib.parse import quote

import attrs

from polypod.model.value import Secret, Template, Value, concat


@attrs.frozen(kw_only=True)
class Access:
    """How clients address what a pod serves.

    Args:
        scheme: The scheme of its URLs; ``http`` by default.
        user: The user part of its URLs; none by default.
        password: The password part of its URLs; none by default.
    """

    scheme: str = "http"
    user: str = ""
    password: Secret | None = None

    def url(self, host: str, port: str, path: str = "") -> Template:
        """The URL of something.

        Args:
            host: Its host.
            port: Its port.
            path: What follows the port.
        """
        parts: list[Value] = [f"{self.scheme}://", _quoted(self.user)]
        if self.password is not None:
            parts += [":", _quoted_secret(self.password)]
        if self.user or self.password is not None:
            parts.append("@")
        return concat(*parts, f"{host}:{port}/{path.removeprefix('/')}")


def _quoted(text: str) -> str:
    """A text as a part of a URL, in which characters such as ``@`` and ``/`` have a meaning of their own."""
    return quote(text, safe="")


def _quoted_secret(secret: Secret) -> Secret:
    value = secret.value
    return Secret(_quoted(value) if isinstance(value, str) else value.apply(_quoted))

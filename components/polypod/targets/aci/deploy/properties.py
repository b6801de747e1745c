"""The bodies of requests to Azure, with what their leaves stand for."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

import pulumi

from polypod.model.value import Deferred, Template
from polypod.targets.aci.deploy.location import Location
from polypod.targets.aci.plan import records
from polypod.targets.shared.deploy.secrets import output
from polypod.targets.shared.plan.images import BuiltImage


class Addressed(Protocol):
    """A container group that may have an address."""

    ipAddress: pulumi.Output[Any]  # noqa: N815 - the provider's name


class Properties:
    """The bodies of a plan's container groups as Pulumi takes them.

    Args:
        location: Where in Azure they are made.
        known: What the `records.Known` leaves stand for.
        images: The built images, by key.
        groups: The groups that were registered, by key; filled meanwhile.
    """

    def __init__(
        self,
        location: Location,
        known: Mapping[str, Any],
        images: Mapping[str, pulumi.Input[str]],
        groups: Mapping[str, Addressed],
    ) -> None:
        self._location = location
        self._known = known
        self._images = images
        self._groups = groups

    def of(self, flat: Mapping[str, Any]) -> Mapping[str, Any]:
        """The properties of a group.

        Args:
            flat: Its `records.flat` body.
        """
        logins = [self._login(login) for login in flat.get("imageRegistryCredentials", ())]
        given = [login for login in logins if login]
        others = {key: value for key, value in flat.items() if key != "imageRegistryCredentials"}
        found: Mapping[str, Any] = self._leaves({**others, "imageRegistryCredentials": given} if given else others)
        return found

    def _login(self, login: Mapping[str, Any]) -> Mapping[str, Any]:
        """A login, by the stack's identity where that may pull.

        Empty where the emulator needs none for what the local daemon has built.
        """
        server = login["server"]
        if not isinstance(server, records.Known):
            return login
        if server.name not in self._known:
            return {}
        by_identity = {"server": server, "identity": self._location.settings.identity}
        return by_identity if self._location.pulls_by_identity else login

    def _leaves(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._leaves(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._leaves(item) for item in value]
        return self._leaf(value)

    def _leaf(self, value: object) -> object:
        match value:
            case Template():
                return self._text(value)
            case records.Encoded(content=content, secret=secret):
                return self._encoded(content, secret=secret)
            case BuiltImage(key=key):
                return self._images[key]
            case records.Known(name=name):
                return self._known[name]
        return value

    def _text(self, value: Template) -> pulumi.Input[str]:
        parts = [self._host(part.group) if isinstance(part, records.Host) else part for part in value.parts]
        return output(Template(tuple(parts)))

    def _encoded(self, content: Template | bytes, *, secret: bool) -> pulumi.Input[str]:
        if isinstance(content, bytes):
            plain = base64.b64encode(content).decode()
            return pulumi.Output.secret(plain) if secret else plain
        text = self._text(content)
        if isinstance(text, str) and not secret:
            return _base64(text)
        known = pulumi.Output.secret(text) if secret else pulumi.Output.from_input(text)
        return known.apply(_base64)

    def _host(self, group: str) -> Deferred:
        """The host name of a group: its name in Azure's DNS if it has one."""
        address = self._groups[group].ipAddress
        found: Deferred = address.apply(lambda known: known.get("fqdn") or known["ip"])
        return found


def hidden(group: records.Group) -> pulumi.Output[str]:
    """A digest of what a request does not show, secret itself: it could be tried out.

    Args:
        group: The group of the request.
    """
    known = [output(text) for text in records.texts(group.body) if not _all_plain(text)]
    return pulumi.Output.secret(pulumi.Output.all(*known).apply(lambda found: sha256(repr(found).encode()).hexdigest()))


def _all_plain(text: Template) -> bool:
    return all(isinstance(part, str) for part in text.parts)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

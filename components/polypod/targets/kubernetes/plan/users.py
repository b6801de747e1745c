"""The users that images say, and which of them a node starts where nothing may run as root."""

from __future__ import annotations

import attrs


@attrs.frozen
class ImageUser:
    """The user that an image says.

    Args:
        name: The user, such as ``1000:1000``, ``app`` or nothing.
        sure: Whether it is that of the image which the nodes pull. Of an image that this machine has from a registry
            it is not: the registry may have another one of the same name by now.
    """

    name: str
    sure: bool = True


def reason(user: str) -> tuple[str, str] | None:
    """Why a node refuses to start an image under runAsNonRoot, with a fix; ``None`` if it does not.

    See ``verifyRunAsNonRoot`` in the kubelet: it looks at the user alone, and knows no names.

    Args:
        user: The user that the image says, such as ``1000:1000``, ``app`` or nothing.
    """
    name = user.partition(":")[0]
    if name.isdecimal() and int(name):
        return None
    if name in ("", "0", "root"):
        return "runs as root", "give the number of another user that the program can run as, or 0 if it must be root"
    what = f"runs as the user {name!r}, and Kubernetes cannot see whether that is root"
    return what, f"give its number, which `docker run --rm --entrypoint id {{image}} -u {name}` prints"

"""The text of the small programs that explain codes."""

from __future__ import annotations


def _call(name: str, *arguments: str) -> str:
    return f"{name}({', '.join(arguments)})"


def web(*fields: str) -> str:
    """A container with fields of its own, as an example writes it.

    Args:
        fields: The fields, such as ``port=80``.
    """
    return _call("Container", '"web"', 'image="nginx:1.29"', *fields)


def pod(*fields: str, main: str = web()) -> str:
    """A pod with fields of its own, as an example writes it.

    Args:
        fields: The fields, such as ``replicas=2``.
        main: Its main container.
    """
    return _call("Pod", main, *fields)


def gateway(*fields: str, pods: tuple[str, ...] = (pod(main=web("port=80")),)) -> str:
    """A gateway with fields of its own, as an example writes it.

    Args:
        fields: The fields, such as ``port=8080``.
        pods: The pods behind it.
    """
    return _call("Gateway", f"[{', '.join(pods)}]", *fields)


def mounting(volume: str) -> str:
    """A container that mounts a volume at ``/data``, as an example writes it.

    Args:
        volume: The volume, such as ``ScratchVolume("data")``.
    """
    return web(f'mounts=[Mount("/data", {volume})]')


def other(*fields: str) -> str:
    """A second container with fields of its own, as an example writes it.

    Args:
        fields: The fields, such as ``port=81``.
    """
    return _call("Container", '"other"', 'image="busybox:1.37"', *fields)


def group(*peers: str) -> str:
    """A group of containers, as an example writes it.

    Args:
        peers: The containers.
    """
    return _call("Group", '"pair"', f"peers=[{', '.join(peers)}]")

"""Probes: how a platform learns that a container works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self, TypedDict, Unpack

import attrs

from polypod.model.quantity import Duration, duration

PERIOD = duration("2s")
"""The time between two checks of a probe that states none, where a target has no reason for another."""


@attrs.frozen
class HttpGet:
    """An HTTP request that must be answered with a status from 200 to 399."""

    path: str
    port: int | None = None


@attrs.frozen
class TcpSocket:
    """A TCP connection that must be accepted."""

    port: int | None = None


@attrs.frozen
class Exec:
    """A command inside the container that must exit with 0."""

    command: tuple[str, ...]


ACTIONS: Mapping[str, type] = {"http": HttpGet, "tcp": TcpSocket, "exec": Exec}
"""What a probe does, by its name in plain data."""


class Timing(TypedDict, total=False):
    """The timing of a probe; meanings and defaults are those of `Probe`."""

    period: str | float | Duration | None
    timeout: str | float | Duration
    failure_threshold: int
    initial_delay: str | float | Duration | None


@attrs.frozen(kw_only=True)
class Probe:
    """A check that is repeated while the container runs. Build it with `http`, `tcp` or `exec`.

    Args:
        action: What is done.
        period: Time between two checks; 2 s by default, so that a chain of dependent pods starts quickly. Docker itself
            asks every 10 s by default, as each check is a new process, and polypod makes the first ones.
        timeout: Time after which one check has failed; 2 s by default.
        failure_threshold: Failures in a row before the container counts as not working; 3 by default.
        initial_delay: Time to start up, in which a failure does not count; none by default.
    """

    action: HttpGet | TcpSocket | Exec
    period: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(duration))
    timeout: Duration = attrs.field(default=duration("2s"), converter=duration)
    failure_threshold: int = 3
    initial_delay: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(duration))

    @classmethod
    def http(cls, path: str, port: int | None = None, **timing: Unpack[Timing]) -> Self:
        """An HTTP GET that must be answered with a status from 200 to 399.

        Args:
            path: The path to ask for, such as ``/health``.
            port: The port; the container's first by default.
            timing: See `Probe`.
        """
        return cls(action=HttpGet(path, port), **timing)

    @classmethod
    def tcp(cls, port: int | None = None, **timing: Unpack[Timing]) -> Self:
        """A TCP connection that must be accepted.

        Args:
            port: The port; the container's first by default.
            timing: See `Probe`.
        """
        return cls(action=TcpSocket(port), **timing)

    @classmethod
    def exec(cls, *command: str, **timing: Unpack[Timing]) -> Self:
        """A command inside the container that must exit with 0.

        Args:
            command: The program and its arguments; no shell is involved.
            timing: See `Probe`.
        """
        return cls(action=Exec(command), **timing)

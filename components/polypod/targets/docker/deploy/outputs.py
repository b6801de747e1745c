"""Readiness of containers, as outputs and futures."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import attrs
import pulumi

from polypod.targets.shared.deploy import docker_provider as provider
from polypod.targets.shared.deploy.failures import shown


@attrs.frozen
class Ready:
    """Containers that others wait for.

    Args:
        containers: The containers.
        done: Done once they are ready, or have ended well; an exception when one failed.
    """

    containers: Sequence[provider.Container]
    done: asyncio.Future[None]

    @classmethod
    def once(cls, containers: Sequence[provider.Container], waiting: Coroutine[Any, Any, None]) -> Ready:
        """Containers that are ready once a coroutine ends.

        Args:
            containers: The containers.
            waiting: Waits for them; an error of a deployment ends the program with its message and no traceback.
        """
        return cls(containers, asyncio.ensure_future(_told(waiting)))


async def _told(waiting: Coroutine[Any, Any, None]) -> None:
    with shown():
        await waiting


def all_done(ready: Iterable[Ready]) -> pulumi.Output[Any]:
    """Known once everything is ready."""
    return pulumi.Output.from_input(asyncio.gather(*(one.done for one in ready)))


def known_after(known: pulumi.Output[Any], text: str) -> pulumi.Output[str]:
    """A text that is known once something else is."""
    return known.apply(lambda _: text)

"""A client of the emulator's interface, in one process with an emulator that has no Docker."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from helpers.bodies import VERSION
from polypod_aci_emulator.emulator import Emulator
from polypod_aci_emulator.server.app import create_app


class NoDocker:
    """A Docker client that must not be asked."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the emulator asked Docker for {name}")


class Http:
    """A client of the emulator's interface, without any SDK."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.folder = folder
        transport = httpx.ASGITransport(create_app(emulator))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://emulator", trust_env=False)
        self._loop = asyncio.Runner()
        self.authorization: str | None = f"Bearer {emulator.token}"

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        version: str | None = VERSION,
        content: bytes | None = None,
        media_type: str = "application/json",
    ) -> httpx.Response:
        """An answer to a body, or to its bytes."""
        headers = {} if self.authorization is None else {"Authorization": self.authorization}
        headers |= {"Content-Type": media_type} if content else {}
        params = {} if version is None else {"api-version": version}
        request = self._client.request(method, path, headers=headers, params=params, content=content, json=body)
        return self._loop.run(request)

    def close(self) -> None:
        """Ask nothing more."""
        self._loop.run(self._client.aclose())
        self._loop.close()

"""One HTTP request of a test."""

from __future__ import annotations

import functools
import ssl

import httpx


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def fetch(url: str, timeout: float = 5) -> httpx.Response:
    """The answer to a request, without reading the certificates of the world for each."""
    return httpx.get(url, timeout=timeout, verify=_tls())

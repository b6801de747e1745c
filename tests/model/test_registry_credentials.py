"""Image registries, under whatever name a program knows them."""

from __future__ import annotations

import pytest

from polypod import RegistryCredentials, Secret
from polypod.model.registry_credentials import DOCKER_HUB, registry_of


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        (DOCKER_HUB, "nginx:1.29"),
        (DOCKER_HUB, "library/nginx:1.29"),
        (DOCKER_HUB, "docker.io/library/nginx:1.29"),
        (DOCKER_HUB, "index.docker.io/me/app:1"),
        (DOCKER_HUB, "registry-1.docker.io/me/app:1"),
        ("example.azurecr.io", "example.azurecr.io/team/app:1"),
        ("localhost", "localhost/app:1"),
        ("registry:5000", "registry:5000/app@sha256:0"),
    ],
)
def test_an_image_comes_from_a_registry(expected: str, reference: str) -> None:
    """From Docker Hub where its name begins with no host."""
    assert registry_of(reference) == expected


@pytest.mark.parametrize(
    ("expected", "server"),
    [
        (DOCKER_HUB, "docker.io"),
        (DOCKER_HUB, "index.docker.io"),
        (DOCKER_HUB, "hub.docker.com"),
        ("r.example:5000", "r.example:5000"),
    ],
)
def test_a_login_is_for_a_registry(expected: str, server: str) -> None:
    """Docker Hub has one login, whatever the program calls it."""
    assert RegistryCredentials(server=server, username="me", password=Secret("p")).registry == expected

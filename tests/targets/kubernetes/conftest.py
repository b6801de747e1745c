"""What all tests of the Kubernetes target share."""

from __future__ import annotations

import pytest

from polypod.targets.kubernetes.deploy import image_user_check


@pytest.fixture(autouse=True)
def _no_image_is_asked_for() -> None:
    """Neither a daemon nor a registry knows the images of the tests."""
    image_user_check.use(lambda *_: {})

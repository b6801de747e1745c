"""The images that the emulator's tests use too."""

from tests.emulator.conftest import busybox, images

__all__ = ["busybox", "images"]

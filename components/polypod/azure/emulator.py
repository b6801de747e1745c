"""The provider plugin of the emulator of Azure Container Instances, as programs ask for it."""

from functools import cache
from importlib.metadata import version


@cache
def plugin_version() -> str:
    """The version by which the engine tells the emulator's plugin from the official one.

    No official one has it, and it is not older than the SDK's, of which the engine would warn.
    """
    major, minor, patch = version("pulumi-azure-native").split(".")[:3]
    return f"{major}.{minor}.{int(patch) + 1}-emulator"

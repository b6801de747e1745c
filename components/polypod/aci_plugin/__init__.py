"""A Pulumi provider plugin that serves azure-native's resources from the emulator of Azure Container Instances."""

from importlib.metadata import version

_major, _minor, _patch = version("pulumi-azure-native").split(".")[:3]
VERSION = f"{_major}.{_minor}.{int(_patch) + 1}-emulator"
"""The version by which the engine tells this plugin from the official one: no official one has it, and it is not older
than the SDK's, of which the engine would warn."""

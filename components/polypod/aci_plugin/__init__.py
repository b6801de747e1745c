"""A Pulumi provider plugin that serves azure-native's resources from the emulator of Azure Container Instances."""

from importlib.metadata import version

VERSION = f"{version('pulumi-azure-native')}-emulator"
"""The version by which the engine tells this plugin from the official one of the same name."""

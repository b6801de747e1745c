"""A Pulumi provider plugin that serves azure-native's resources from the emulator of Azure Container Instances."""

from polypod.azure.emulator import plugin_version

VERSION = plugin_version()
"""The version of the plugin."""

"""What tests of all folders refer to."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AZURE_SDK = pytest.mark.xdist_group("azure")
"""Keeps tests together: each worker that runs one imports parts of Pulumi's SDK for Azure, which takes seconds."""

"""What tests of all folders refer to."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
AZURE_SDK = pytest.mark.xdist_group("azure")
"""Keeps tests together: each worker that runs one imports parts of Pulumi's SDK for Azure, which takes seconds."""


def cannot_run(reason: str) -> NoReturn:
    """End a live test that misses something: a failure in CI, where nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)

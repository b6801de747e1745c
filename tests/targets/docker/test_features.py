"""What Docker refuses beyond the features it lacks."""

from __future__ import annotations

from typing import Any

import pytest

from polypod import Resources, Verdict, check
from tests.programs import web


@pytest.mark.parametrize(
    ("path", "reason", "fix", "model"),
    [
        (
            "resources.memory",
            "4Mi is less than 6 MiB, the least that Docker takes",
            "use '6Mi' or more",
            web(resources=Resources(memory="4Mi", memory_limit="64Mi")),
        ),
    ],
)
def test_what_docker_refuses(path: str, reason: str, fix: str, model: Any) -> None:
    """With its place, its reason and a way out; the other targets take it."""
    (found,) = (finding for finding in check(model, "docker") if finding.verdict is Verdict.REJECTED)
    assert (found.path, found.reason, found.fix) == (f"pods.web.main.{path}", reason, fix)
    assert [finding for finding in check(model, "kubernetes") if finding.verdict is Verdict.REJECTED] == []

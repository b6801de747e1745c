"""What nginx cannot read or count in a gateway's configuration is refused with its place and what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from polypod import Gateway, Route
from polypod.targets.shared.plan.nginx.configuration import configuration
from tests.programs import found, gateway, web

NGX_CONF_BUFFER = 4096

LONGEST = [
    "/" + "x" * 3998 + "/",
    "/" + "x" * 3999,
    "/" + "é" * 666 + "/",
    "/" + "%C3%A9" * 666 + "/",
    "/" + '"' * 1333,
]
TOO_LONG = ["/" + "x" * 5000 + "/", "/" + "x" * 4000, "/" + "é" * 1400 + "/", "/" + "%C3%A9" * 700, "/" + '"' * 2500]


def routed(prefix: str) -> Gateway:
    """A gateway with one route."""
    return gateway(routes=[Route(prefix, "web")])


@pytest.mark.parametrize("prefix", LONGEST, ids=len)
def test_a_path_that_fits_is_taken(prefix: str) -> None:
    """And no parameter of the configuration is longer than nginx reads."""
    assert found(routed(prefix)) == []
    texts = configuration(routed(prefix), lambda backend: [backend.pod], True)
    longest = max(re.findall(r'"(?:[^"\\]|\\.)*"', texts), key=len)
    assert len(longest.encode()) < NGX_CONF_BUFFER


@pytest.mark.parametrize("prefix", TOO_LONG, ids=len)
def test_a_path_that_does_not_fit_is_refused(prefix: str) -> None:
    """Nginx would refuse its whole configuration; the message does not repeat all of it."""
    (problem,) = found(routed(prefix))
    assert problem.path == "routes[0].prefix"
    assert "bytes as nginx reads it, which takes 4000" in problem.what
    assert len(problem.what) < 200
    assert problem.fix.startswith("shorten it")


TOO_MUCH = [
    (gateway(timeout="1000h"), "gateway.timeout", "24 days", "or 'unlimited'"),
    (gateway(connect_timeout="1000h"), "gateway.connect_timeout", "24 days", "write less"),
    (gateway(max_body_size="9000000T"), "gateway.max_body_size", "4 EiB", "or 'unlimited'"),
    (gateway(max_header_size="10Gi"), "gateway.max_header_size", "16 MiB", "'16Mi'"),
    (gateway(routes=[Route("/", "web", timeout="577h")]), "routes[0].timeout", "24 days", "or 'unlimited'"),
    (gateway(routes=[Route("/", "web", max_body_size="9000000Ti")]), "routes[0].max_body_size", "4 EiB", "'unlimited'"),
]


@pytest.mark.parametrize(("model", "path", "what", "fix"), TOO_MUCH, ids=[path for _, path, _, _ in TOO_MUCH])
def test_what_nginx_cannot_count_is_refused(model: Any, path: str, what: str, fix: str) -> None:
    """Each with its own place."""
    (problem,) = found(model)
    assert problem.path == path
    assert what in problem.what
    assert fix in problem.fix


def test_the_most_is_taken() -> None:
    """The bounds themselves, and no bound at all."""
    most = {"timeout": "576h", "max_body_size": "4194304Ti"}
    for limits in (most, dict.fromkeys(most, "unlimited")):
        routes = [Route("/", web(), **limits)]
        assert found(gateway(connect_timeout="576h", max_header_size="16Mi", routes=routes, **limits)) == []

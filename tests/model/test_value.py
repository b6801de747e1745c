"""Texts that refer to other pods, values made of parts, and secrets that never show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypod import Access, Container, Pod, PodReference, RegistryCredentials, Secret, Template, concat
from polypod.model.application import Application
from polypod.model.port import Port
from polypod.model.value import Deferred, Reference, parts_of, references, resolve
from polypod.patterns import postgres
from tests.programs import DB, Later, web


def shown(value: Any) -> str:
    """A value as one text, with each reference in angle brackets and each secret in stars."""
    resolved = resolve(value, lambda ref: f"<{ref.pod} {ref.field} {ref.port}>".replace(" >", ">"))
    return "".join(
        part if isinstance(part, str) else f"*{getattr(part.value, 'value', part.value)}*" for part in resolved.parts
    )


FOREIGN = [
    "server.port=9090\nmanagement.server.port=${server.port}",
    "fetch(`http://${location.host}/${db.port}`)",
    "{{ db.host }} {{- .Values.db.port | quote }} {% if db.host %}",
    "$(db.host) $(HOME) $$(id) $$ $$${db.host} $${db.host} ${db.host:-x} ${db.host",
    "%(db.host)s %{db.host} #{db.host} @{db.host} @db.host@ <%= db.host %>",
    "server { listen 80; } location ~ ^/(?<a>[0-9]{2})$ { return 200 $host; }",
]
"""What other tools make of their own texts is their business."""


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("plain", "plain"),
        ("8080", 8080),
        ("0.5", 0.5),
        ("<db host>", DB.host),
        ("<db port>", DB.port),
        ("tcp://<db host>:<db port>/x", f"tcp://{DB.host}:{DB.port}/x"),
        ("<db port metrics>", "polypod{db.port.metrics}"),
        ("<db host><db host>", "polypod{db.host}polypod{db.host}"),
        ("http://<db host>:<db port>/", DB.url()),
        ("http://<db host>:<db port>/app", DB.url("app")),
        ("http://<db host>:<db port>/app", DB.url("/app")),
        ("user=*geheim*", concat("user=", Secret("geheim"))),
        ("a1*b*<db host>", concat("a", 1, concat(Secret("b"), DB.host))),
        ("<db host>", "polypod{db.host:nowait}"),
        ("x<db host>", "xpolypod{db.host}"),
        ("polypod{db.host}", "polypod{polypod}{db.host}"),
        ("polypod{db.host", "polypod{db.host"),
        ("polypod{{ .Values.tag }}", "polypod{{ .Values.tag }}"),
        ("polypod {db.host}", "polypod {db.host}"),
        *[(text, text) for text in FOREIGN],
    ],
)
def test_references_are_replaced_and_everything_else_stays(expected: str, value: Any) -> None:
    """An ordinary f-string builds a reference, and ``polypod{polypod}`` stands for the word itself."""
    assert expected == shown(value)


@pytest.mark.parametrize(
    ("expected", "access"),
    [
        ("http://<db host>:<db port>/0", Access()),
        ("redis://<db host>:<db port>/0", Access(scheme="redis")),
        ("redis://me@<db host>:<db port>/0", Access(scheme="redis", user="me")),
        ("redis://me:*pw*@<db host>:<db port>/0", Access(scheme="redis", user="me", password=Secret("pw"))),
        ("redis://:*pw*@<db host>:<db port>/0", Access(scheme="redis", password=Secret("pw"))),
        ("http://a%40b:*p%2F%3A%40*@<db host>:<db port>/0", Access(user="a@b", password=Secret("p/:@"))),
        ("http://:*p%40*@<db host>:<db port>/0", Access(password=Secret(Later("p@")))),
    ],
)
def test_urls_hold_the_login(expected: str, access: Access) -> None:
    """User and password are quoted, so that none of their characters ends the login early."""
    assert expected == shown(Pod(DB.main, access=access).url("0"))


def test_a_pod_is_referred_to_by_name_without_waiting() -> None:
    """With the same addresses as the pod itself."""
    other = PodReference("db", access=Access(scheme="redis", password=Secret("pw")))
    assert shown(f"{other.host}:{other.port}") == "<db host>:<db port>"
    assert shown(other.url("0")) == "redis://:*pw*@<db host>:<db port>/0"
    assert {reference.waits for reference in references(other.url("0"))} == {False}


def test_a_store_has_the_url_its_clients_need() -> None:
    """The URL of a database needs no assembly by the program."""
    url = postgres("db", password="geheim").url("shop")
    assert shown(url) == "postgresql://app:*geheim*@<db host>:<db port>/shop"


@pytest.mark.parametrize(
    "holder",
    [
        Secret("geheim"),
        concat("a", Secret("geheim")),
        postgres("db", password="geheim"),
        RegistryCredentials(server="r", username="u", password=Secret("geheim")),
        web(env={"A": Secret("geheim")}),
    ],
    ids=lambda holder: type(holder).__name__,
)
@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_a_secret_never_shows(show: Callable[[object], str], holder: object) -> None:
    """No way of printing a model prints a secret."""
    assert "geheim" not in show(holder)


def test_references_are_found_in_the_order_of_the_text() -> None:
    """A reference says which pod, what of it, and which port."""
    value = concat("polypod{db.host}:polypod{db.port.sql}", Secret("polypod{no.host}"), "polypod{cache.port}")
    assert list(references(value)) == [
        Reference("db", "host"),
        Reference("db", "port", "sql"),
        Reference("cache", "port"),
    ]


@given(st.text())
def test_a_text_without_markers_stays_as_it_is(text: str) -> None:
    """Resolving changes nothing that a program did not ask for."""
    assert Template((text,)) == resolve(text, str)


@given(st.lists(st.sampled_from(["polypod", "{", "}", "a.host", "polypod{a.host}", "$", "\n"])).map("".join))
def test_any_text_can_be_written_literally(text: str) -> None:
    """The word in braces of its own keeps a text from being read as a reference."""
    assert Template((text,)) == resolve(text.replace("polypod{", "polypod{polypod}{"), str)


@given(st.lists(st.text("ab$", max_size=4) | st.integers() | st.text().map(Secret)))
def test_putting_together_can_be_nested(parts: list[Any]) -> None:
    """It makes no difference in which steps the parts come together."""
    assert concat(*parts) == concat(concat(), *(concat(part) for part in parts))
    assert concat(*parts).parts == tuple(one for part in parts for one in parts_of(part))


def test_a_deferred_value_is_recognised_by_what_it_can_do() -> None:
    """The model knows no Pulumi; what can be applied is known later."""
    assert (isinstance(Later("x"), Deferred), isinstance("x", Deferred)) == (True, False)


POD = Pod(
    Container("web", image="web:1", port=80, ports=[Port(81, name="admin")]),
    sidecars=[Container("helper", image="helper:1", port=90)],
)


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        ([5432], Reference("db", "port")),
        ([80, 81, 90], Reference("web", "port")),
        ([90], Reference("helper", "port")),
        (None, Reference("nobody", "port")),
    ],
)
def test_a_reference_means_the_ports_of_a_pod_or_of_a_sibling(expected: list[int] | None, reference: Reference) -> None:
    """A pod's ports start with those of its main container; a sibling has only its own."""
    ports = Application({"web": POD, "db": DB}).ports_of(reference, POD)
    assert expected == (None if ports is None else [port.number for port in ports])

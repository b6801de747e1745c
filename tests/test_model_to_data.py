"""Applications as the plain data that components register: all that may be shown of a program, in its own words."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from polypod import *
from polypod.model.quantity import canonical, cpu, duration, memory
from polypod.model.volume import FileVolume
from polypod.model_from_data import structure
from polypod.model_to_data import unstructure
from polypod.testing import MockedEngine
from tests.programs import Later, gateway, web
from tests.whole_model import MODEL

HIDDEN = {"secret": "[secret]"}
PLANTED = "planted"


def test_what_is_written_is_read_again() -> None:
    """All but what must not be shown, and what files hold."""
    flask = MODEL.pods["flask"]
    assert isinstance(flask, Pod)
    hidden = Secret(HIDDEN["secret"])
    main = attrs.evolve(
        flask.main,
        env={**flask.main.env, "URL": concat("a", hidden), "KEY": hidden},
        mounts=[mount for mount in flask.main.mounts if not isinstance(mount.volume, FileVolume)],
    )
    shown = attrs.evolve(
        flask,
        main=main,
        access=Access(scheme="https", user="me", password=hidden),
        registries=[RegistryCredentials(server="ghcr.io", username="me", password=hidden)],
    )
    model = attrs.evolve(MODEL, pods={**MODEL.pods, "flask": shown})
    assert structure(json.loads(json.dumps(unstructure(model))), Gateway) == model
    group = MODEL.pods["db"]
    assert structure(unstructure(group), Group) == group


def test_only_what_differs_from_the_defaults_is_written() -> None:
    """A small program is a small state."""
    assert unstructure(web()) == {"main": {"name": "web", "image": "web:1", "port": 80}}
    assert unstructure(gateway(web(resources=Resources("250m", "256Mi")))) == {
        "pods": {
            "web": {
                "main": {
                    "name": "web",
                    "image": "web:1",
                    "port": 80,
                    "resources": {"cpu": "250m", "memory": "256Mi"},
                }
            }
        },
        "routes": [{"prefix": "/", "to": [{"pod": "web"}]}],
    }


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (cpu(0.25), "250m"),
        (cpu("1000m"), "1"),
        (memory(268435456), "256Mi"),
        (memory("1536Mi"), "1536Mi"),
        (memory("1000M"), "1G"),
        (memory(5), "5"),
        (duration(90), "90s"),
        (duration("60s"), "1m"),
        (duration("1500ms"), "1500ms"),
    ],
)
def test_an_amount_has_one_text(amount: Any, text: str) -> None:
    """Whatever the program wrote: another way to write it is no change."""
    assert canonical(amount) == text
    assert type(amount).parse(text) == amount


def test_no_secret_is_written_wherever_it_stands() -> None:
    """Nor a digest of one, by which a short one could be guessed; references next to it stay."""
    secret = Secret(PLANTED)
    model = Gateway(
        [
            Pod(
                Container(
                    "a",
                    image=Later(PLANTED),
                    env={"S": secret, "T": concat("x", "y", secret, "polypod{b.host}"), "L": Later(PLANTED)},
                    mounts=[
                        Mount("/s", SecretVolume("s", {"t": PLANTED, "b": PLANTED.encode(), "f": File(PLANTED)})),
                        Mount("/r", SecretVolume("r", {"r": concat(secret, "polypod{b.host}")})),
                        Mount("/c", ConfigVolume("c", {"c": concat("user:", secret)})),
                    ],
                ),
                access=Access(user="me", password=secret),
                registries=[RegistryCredentials(server="r.io", username=Later(PLANTED), password=secret)],
            ),
            Pod(Container("b", image="b:1", port=1)),
        ]
    )
    data = unstructure(model)
    assert PLANTED not in json.dumps(data)
    main = data["pods"]["a"]["main"]
    assert main["env"] == {
        "S": HIDDEN,
        "T": {"concat": ["xy", HIDDEN, "polypod{b.host}"]},
        "L": "[computed]",
    }
    assert main["mounts"][0]["volume"]["files"] == {name: {"content": HIDDEN} for name in "bft"}
    assert main["mounts"][1]["volume"]["files"] == {"r": {"content": {"concat": [HIDDEN, "polypod{b.host}"]}}}
    other = attrs.evolve(model.pods["a"], main=attrs.evolve(model.pods["a"].main, mounts=[  # type: ignore[attr-defined]
        Mount("/c", ConfigVolume("c", {"c": concat("user:", Secret("another"))}))]))  # fmt: skip
    assert unstructure(other)["main"]["mounts"][0] == main["mounts"][2]


def test_a_file_is_written_as_its_digest_and_what_it_refers_to() -> None:
    """Whoever reads the state learns that it has changed; it is as small as it was."""

    def files(content: Any) -> Any:
        return unstructure(web(mounts=[Mount("/c", ConfigVolume("c", {"a": content}))]))["main"]["mounts"][0]["volume"][
            "files"
        ]

    assert files("x" * 9999)["a"]["content"].startswith("sha256:")
    assert len(json.dumps(files("x" * 9999))) < 60
    assert files("one") != files("two")
    assert files("http://polypod{db.host}")["a"]["content"].endswith(" polypod{db.host}")


@pytest.mark.parametrize("target", ["docker", "kubernetes", "aci"])
def test_a_component_registers_its_target_and_its_program(target: str) -> None:
    """They are its inputs, in the engine's state and previews."""
    settings = {"polypod:target": target, "polypod:azure": {"location": "westeurope"} if target == "aci" else {}}
    config = {key: value for key, value in settings.items() if value}
    engine = MockedEngine(config=config)
    engine.up(lambda: GatewayStack("app", gateway()))
    assert engine["app"].inputs == {"target": target, "model": unstructure(gateway())}

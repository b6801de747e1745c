"""Objects are registered as plain resources, which import fast: their fields must be those of the provider's SDK."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pulumi
import pytest

from polypod import (
    Autoscale,
    ConfigVolume,
    Gateway,
    Group,
    HostPathVolume,
    Mount,
    PersistentVolume,
    Pod,
    Port,
    Probe,
    RegistryCredentials,
    Resources,
    Route,
    ScratchVolume,
    Secret,
    SecretVolume,
)
from polypod.patterns import postgres
from polypod.targets.kubernetes.kinds import KINDS
from tests.programs import container

from .manifests import plan, text

EVERYTHING = Gateway(
    [
        Pod(
            container(
                "web",
                command=["a"],
                args=["b"],
                env={"A": "b", "B": Secret("c")},
                port=Port(80, publish=81, name="http"),
                mounts=[
                    Mount("/a", ScratchVolume("a", "1Gi")),
                    Mount("/b", ConfigVolume("b", {"f": ""})),
                    Mount("/c", SecretVolume("c", {"f": ""})),
                    Mount("/d", HostPathVolume("d", "/d")),
                    Mount("/e", PersistentVolume("e"), read_only=True),
                ],
                readiness=Probe.http("/", initial_delay=1),
                liveness=Probe.tcp(),
                startup=Probe.exec("a"),
                resources=Resources("1", "1Gi"),
                user=1,
                group=2,
                working_dir="/",
            ),
            init=[container("init")],
            sidecars=[container("helper")],
            registries=[RegistryCredentials(server="a.io", username="a", password=Secret("b"))],
            share_processes=True,
        ),
        Pod(container("scaled", resources=Resources("1")), autoscale=Autoscale(min_replicas=2, max_replicas=3)),
        Pod(container("own", mounts=[Mount("/o", PersistentVolume("o", per_replica=True))]), replicas=2),
        Group("job", peers=[container("once", restart="never")]),
        postgres("db", password="x"),
    ],
    routes=[Route("/", "web")],
)


def unknown(path: str, value: Any, kinds: Sequence[Any]) -> Iterator[str]:
    """The fields below a part of a manifest that its class in the SDK does not have."""
    if isinstance(value, list):
        items = [
            kind for member in kinds if get_origin(member) in (list, Sequence) for kind in members(get_args(member)[0])
        ]
        assert items, path
        for i, item in enumerate(value):
            yield from unknown(f"{path}[{i}]", item, items)
    elif isinstance(value, dict):
        inputs = next((kind for kind in kinds if isinstance(kind, type) and kind.__name__.endswith("Args")), None)
        if inputs is None:
            assert any(get_origin(kind) in (dict, Mapping) for kind in kinds), path
            return
        fields = fields_of(inputs)
        for name, item in value.items():
            if name in fields:
                yield from unknown(f"{path}.{name}", item, fields[name])
            else:
                yield f"{path}.{name}"


def members(kind: Any) -> list[Any]:
    """The types that an input may have, without promises."""
    if get_origin(kind) in (Union, UnionType):
        return [member for part in get_args(kind) for member in members(part)]
    if get_origin(kind) is Awaitable or kind is pulumi.Output:
        return []
    return [kind]


def fields_of(inputs: type) -> dict[str, list[Any]]:
    """The fields of a class of inputs, by the name that they have in a manifest."""
    return {
        getattr(value.fget, "_pulumi_name", name): members(hints(value.fget, inputs)["return"])
        for name, value in vars(inputs).items()
        if isinstance(value, property) and value.fget is not None
    }


def hints(function: Any, owner: Any) -> dict[str, Any]:
    """The types in the signature of a function of the SDK, which names some of them as texts."""
    names = {**vars(importlib.import_module(owner.__module__)), "Output": pulumi.Output, "T": TypeVar("T")}
    return get_type_hints(function, names)


def known_fields(manifest: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields of a manifest's own class."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    name = group.partition(".")[0] or "core"
    kind = getattr(importlib.import_module(f"pulumi_kubernetes.{name}.{version}"), manifest["kind"])
    return {_camel(key): members(value) for key, value in hints(kind._internal_init, kind).items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


MANIFESTS = {item.key: text(item.manifest) for item in plan(EVERYTHING, settings={"ingress": {"host": "a"}}).objects()}


def test_every_kind_is_looked_at() -> None:
    """Those that are only read are not registered; the namespace has no field but its metadata."""
    only_read = {"Event", "Namespace", "Node", "Pod", "ReplicaSet"}
    assert {manifest["kind"] for manifest in MANIFESTS.values()} == set(KINDS) - only_read


@pytest.mark.parametrize("key", sorted(MANIFESTS))
def test_every_field_is_one_of_the_sdks(key: str) -> None:
    """A misspelt one would be dropped by the API server, or refused."""
    manifest = MANIFESTS[key]
    known = known_fields(manifest)
    found = [field for name, value in manifest.items() for field in unknown(name, value, known[name])]
    assert found == []


def test_a_misspelt_field_is_seen() -> None:
    """So that the test above can fail."""
    known = known_fields(MANIFESTS["web.deployment"])
    spec = {"template": {"spec": {"containers": [{"name": "a", "imagePullPolicie": "x"}]}}}
    assert list(unknown("spec", spec, known["spec"])) == ["spec.template.spec.containers[0].imagePullPolicie"]

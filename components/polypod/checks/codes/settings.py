"""The codes of what can be wrong with a stack's config."""

from __future__ import annotations

from collections.abc import Sequence

from polypod.checks.codes.code import Code, Example


def _config(key: str, value: object) -> Example:
    return Example(config={f"polypod:{key}": value})


_REGION = {"location": "westeurope"}

CODES: Sequence[Code] = (
    Code(
        "PP701",
        "not a mapping",
        "The key holds several settings by their names.",
        _config("registry", "registry.example.com"),
        _config("registry", {"server": "registry.example.com", "username": "me", "password": "x"}),
    ),
    Code(
        "PP702",
        "an unknown key",
        "Nothing would read it; the message says which one is probably meant.",
        _config("tagret", "docker"),
        _config("target", "docker"),
    ),
    Code(
        "PP703",
        "a duplicate key",
        "A key may be written in camelCase or in snake_case, but only once.",
        _config("azure", {**_REGION, "cluster": {"minNodes": 2, "min_nodes": 2}}),
        _config("azure", {**_REGION, "cluster": {"minNodes": 2}}),
    ),
    Code(
        "PP704",
        "a missing key",
        "It has no default.",
        _config("registry", {"server": "registry.example.com", "username": "me"}),
        _config("registry", {"server": "registry.example.com", "username": "me", "password": "x"}),
    ),
    Code(
        "PP705",
        "an invalid value",
        "The message says how it is written.",
        _config("registry", {"server": "registry.example.com", "username": "", "password": "x"}),
        _config("registry", {"server": "registry.example.com", "username": "me", "password": "x"}),
    ),
    Code(
        "PP706",
        "polypod:portable is not a list",
        "It lists the targets that the program must keep working on.",
        _config("portable", "docker"),
        _config("portable", ["docker"]),
    ),
    Code(
        "PP707",
        "an unknown target",
        "No target of this name is installed.",
        _config("portable", ["dokcer"]),
        _config("portable", ["docker"]),
    ),
    Code(
        "PP708",
        "a duplicate target",
        "Once is enough.",
        _config("portable", ["docker", "docker"]),
        _config("portable", ["docker"]),
    ),
    Code(
        "PP709",
        "an unreadable file of images",
        "The variable POLYPOD_IMAGES names a file of JSON with images to use in place of others.",
    ),
    Code(
        "PP710",
        "not an image",
        "Each image that stands in for another is a string without spaces.",
        _config("images", {"nginx:1.29": ""}),
        _config("images", {"nginx:1.29": "registry.example.com/nginx:1.29"}),
    ),
    Code(
        "PP720",
        "minNodes above maxNodes",
        "The cluster of polypod:azure cannot have both.",
        _config("azure", {**_REGION, "cluster": {"minNodes": 3, "maxNodes": 2}}),
        _config("azure", {**_REGION, "cluster": {"minNodes": 2, "maxNodes": 3}}),
    ),
    Code(
        "PP721",
        "a duplicate zone",
        "A node is in one zone.",
        _config("azure", {**_REGION, "cluster": {"zones": ["1", "1"]}}),
        _config("azure", {**_REGION, "cluster": {"zones": ["1", "2"]}}),
    ),
    Code(
        "PP722",
        "settings of an existing cluster",
        "An existing cluster has its own nodes and version.",
        _config(
            "azure", {**_REGION, "cluster": {"existing": {"resourceGroup": "shop", "name": "shop"}, "maxNodes": 9}}
        ),
        _config("azure", {**_REGION, "cluster": {"existing": {"resourceGroup": "shop", "name": "shop"}}}),
    ),
)

"""A provider plugin in place of Azure's and Kubernetes', for the real engine: ``azure_standin.py NAME VERSION``.

It makes nothing, but knows as much as Azure's provider does, and no earlier. In a preview, what only Azure could tell
is unknown, and of what is updated only the name is known. It compares inputs with inputs, and can be asked only for
what was made. ``drift.json`` in its folder holds, by logical name, inputs that something else has changed since.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi.provider.experimental import provider as api
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import main
from pulumi.runtime import rpc

from polypod.testing.azure import answer, outputs

FOLDER = Path(os.environ["STANDIN_FOLDER"])
UNKNOWN = PropertyValue(rpc.UNKNOWN)
INPUTS = "__inputs"
IMMUTABLE = {
    "RoleAssignment": {"principalId", "roleAssignmentName", "roleDefinitionId", "scope"},
    "Registry": {"location", "registryName", "resourceGroupName"},
    "ManagedCluster": {"dnsPrefix", "location", "nodeResourceGroup", "resourceGroupName"},
}
Properties = Mapping[str, PropertyValue]


def plain(value: Any) -> Any:
    """A value without its wrapping."""
    content = value.value if isinstance(value, PropertyValue) else value
    if isinstance(content, Mapping):
        return {key: plain(item) for key, item in content.items()}
    if isinstance(content, list | tuple):
        return [plain(item) for item in content]
    return int(content) if isinstance(content, float) and content.is_integer() else content


def wrapped(value: Any) -> PropertyValue:
    """A plain value as the engine wants it."""
    if isinstance(value, Mapping):
        return PropertyValue({key: wrapped(item) for key, item in value.items()})
    if isinstance(value, list):
        return PropertyValue([wrapped(item) for item in value])
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def note(*words: str) -> None:
    """Take down what was done."""
    with (FOLDER / "log").open("a") as log:
        log.write(" ".join(words) + "\n")


def changed(old: Mapping[str, Any], new: Properties) -> list[str]:
    """The inputs that are not what they were."""
    given = plain(new)
    return sorted(key for key in {*old, *given} if old.get(key) != given.get(key))


def logical_name(urn: str) -> str:
    """The logical name of a resource."""
    return urn.rpartition("::")[2]


def made(urn: str, inputs: Properties) -> dict[str, Any]:
    """What is known of a resource once it is there."""
    kind, name = urn.split("::")[2].rpartition("$")[2], logical_name(urn)
    return {"id": f"/{name}", "name": name, **outputs(kind, name, plain(inputs))}


def state(inputs: Properties, found: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """What the engine keeps."""
    kept = PropertyValue(json.dumps(plain(inputs)), is_secret=True)
    return {**inputs, **{key: wrapped(item) for key, item in found.items() if key != "id"}, INPUTS: kept}


class StandIn(api.Provider):
    """Agrees to everything."""

    async def check_config(self, request: api.CheckRequest) -> api.CheckResponse:
        """Take every configuration."""
        return api.CheckResponse(request.new_inputs)

    async def diff_config(self, request: api.DiffRequest) -> api.DiffResponse:
        """As the Kubernetes provider does where it is given an identifier."""
        keys = changed(plain(request.old_state), request.new_inputs)
        return api.DiffResponse(bool(keys), [key for key in keys if key == "clusterIdentifier"], diffs=keys)

    async def configure(self, request: api.ConfigureRequest) -> api.ConfigureResponse:
        """Get ready."""
        del request
        return api.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: api.CheckRequest) -> api.CheckResponse:
        """Take every input."""
        return api.CheckResponse(request.new_inputs)

    async def diff(self, request: api.DiffRequest) -> api.DiffResponse:
        """Compare inputs with inputs, as Azure's provider does."""
        keys = changed(json.loads(plain(request.old_state[INPUTS])), request.new_inputs)
        kind = request.urn.split("::")[2].rpartition(":")[2]
        replaces = [key for key in keys if key in IMMUTABLE.get(kind, ())]
        return api.DiffResponse(bool(keys), replaces, diffs=keys, delete_before_replace=bool(replaces))

    async def create(self, request: api.CreateRequest) -> api.CreateResponse:
        """Take note of a resource; a preview knows only its inputs."""
        found = made(request.urn, request.properties)
        if request.preview:
            return api.CreateResponse(None, {**request.properties, **dict.fromkeys(found.keys() - {"id"}, UNKNOWN)})
        (FOLDER / "made").mkdir(exist_ok=True)
        (FOLDER / "made" / found["name"]).touch()
        note("create", logical_name(request.urn))
        return api.CreateResponse(found["id"], state(request.properties, found))

    async def update(self, request: api.UpdateRequest) -> api.UpdateResponse:
        """Change a resource; a preview knows its inputs and its name."""
        found = made(request.urn, request.news)
        if request.preview:
            unknown = dict.fromkeys(found.keys() - {"id", "name"}, UNKNOWN)
            return api.UpdateResponse({**request.news, **unknown, "name": wrapped(found["name"])})
        note("update", logical_name(request.urn))
        return api.UpdateResponse(state(request.news, found))

    async def delete(self, request: api.DeleteRequest) -> None:
        """Take note of a removal."""
        note("delete", logical_name(request.urn))

    async def read(self, request: api.ReadRequest) -> api.ReadResponse:
        """Find what was made, with what has changed since."""
        drift = json.loads((FOLDER / "drift.json").read_text()).get(logical_name(request.urn), {})
        inputs = {**request.inputs, **{key: wrapped(item) for key, item in drift.items()}}
        return api.ReadResponse(request.resource_id, state(inputs, made(request.urn, inputs)), inputs)

    async def invoke(self, request: api.InvokeRequest) -> api.InvokeResponse:
        """Answer for what was made."""
        arguments = plain(request.args)
        (name,) = (value for key, value in arguments.items() if key != "resourceGroupName")
        note("ask", name)
        if not (FOLDER / "made" / name).exists():
            raise LookupError(f"{name} is not there")
        return api.InvokeResponse({key: wrapped(item) for key, item in answer(request.tok, arguments).items()})


if __name__ == "__main__":
    main(sys.argv[3:], sys.argv[2], StandIn())

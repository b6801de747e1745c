"""A target in a package of its own: it writes what it would deploy into a folder, a file for each pod."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from polypod.checks.codes import programs
from polypod.checks.codes.code import Code
from polypod.checks.features import Feature
from polypod.checks.findings import Finding
from polypod.checks.support import Support, Verdict
from polypod.config.reader import field, read_config
from polypod.config.site import Site
from polypod.model.application import GATEWAY, Application
from polypod.model.build import Build
from polypod.model.container import Container
from polypod.targets.base import Draft
from polypod.targets.effects import Effect, Kind
from polypod.targets.shared.plan.published_ports import published_ports

_LARGEST = 3
FEATURES: Mapping[Feature, Support] = {
    **dict.fromkeys(Feature, Support(Verdict.EXACT, "the file of the pod says it")),
    Feature.HOST_PATH: Support(Verdict.REJECTED, "a folder has no host", "use a ConfigVolume"),
    Feature.LIVENESS: Support(Verdict.DEGRADED, "nothing runs that could fail", "look at the file"),
}
CODES: Sequence[Code] = (
    Code(
        "FOLDER101",
        "too many copies for a folder",
        f"A folder holds at most {_LARGEST} copies.",
        programs.pod(f"replicas={_LARGEST + 1}"),
        programs.pod(f"replicas={_LARGEST}"),
    ),
)


@attrs.frozen(kw_only=True)
class Settings:
    """The stack's config ``polypod:folder``.

    Args:
        path: The folder, relative to the project's root.
    """

    path: str = field(r".+", "the path of a folder", "deployed")


@attrs.frozen(kw_only=True)
class Plan:
    """What is to be written, and the published addresses.

    Args:
        folder: The folder.
        files: The content of each file, by its name.
        addresses: The addresses, by container.
    """

    folder: Path
    files: Mapping[str, Any]
    addresses: Mapping[str, str]


class Folder:
    """A folder of this machine."""

    name = "folder"
    features: Mapping[Feature, Support] = FEATURES
    codes: Sequence[Code] = CODES

    def draft(self, app: Application, site: Site) -> Draft:
        """What a folder forbids beyond the features it lacks, and the files."""
        settings = read_config(Settings, site.settings, "config polypod:folder")
        return Draft(tuple(_rules(app)), lambda: _plan(app, site, settings))

    def effects(self, before: Application, after: Application, site: Site) -> tuple[Effect, ...]:  # noqa: ARG002
        """Files never run, so nothing restarts."""
        kinds = {name: Kind.NOTHING if name in after.pods else Kind.REMOVED for name in before.pods}
        kinds |= {name: Kind.ADDED for name in after.pods if name not in before.pods}
        return tuple(Effect(pod=name, kind=kind) for name, kind in kinds.items())

    def deploy(self, plan: Plan, site: Site, parent: Any) -> Any:  # noqa: ARG002 - there are no resources
        """Write the files, in an update, and return the addresses."""
        import pulumi

        if not pulumi.runtime.is_dry_run():
            plan.folder.mkdir(parents=True, exist_ok=True)
            for name, content in plan.files.items():
                (plan.folder / name).write_text(json.dumps(content, indent=1))
        return {key: pulumi.Output.from_input(address) for key, address in plan.addresses.items()}


def _rules(app: Application) -> Iterator[Finding]:
    for name, pod in app.pods.items():
        if pod.replicas > _LARGEST:
            what, fix = f"a folder holds at most {_LARGEST} copies", "use fewer replicas"
            yield Finding("FOLDER101", f"pods.{name}.replicas", None, Verdict.REJECTED, what, fix)


def _plan(app: Application, site: Site, settings: Settings) -> Plan:
    folder = site.root.resolve() / settings.path / site.prefix
    files: dict[str, Any] = {}
    addresses: dict[str, str] = {}
    for name, pod in app.pods.items():
        files[f"{name}.json"] = {path: _container(container, site) for path, container in pod.containers}
        published = (port for path, container in pod.members for port in published_ports(pod, path, container, app))
        addresses |= {port.key: (folder / f"{name}.json").as_uri() for port in published}
    if app.gateway is not None:
        files[f"{GATEWAY}.json"] = {route.prefix: [backend.pod for backend in route.to] for route in app.gateway.routes}
        addresses[GATEWAY] = (folder / f"{GATEWAY}.json").as_uri()
    return Plan(folder=folder, files=files, addresses=addresses)


def _container(container: Container, site: Site) -> Mapping[str, Any]:
    image = container.image.context if isinstance(container.image, Build) else site.image(str(container.image))
    return {"name": container.name, "image": str(image), "ports": [port.number for port in container.all_ports]}


TARGET = Folder()

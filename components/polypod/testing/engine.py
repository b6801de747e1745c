"""An engine that runs programs under Pulumi's mocks."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pulumi

from polypod import private_apis
from polypod.docker_daemon import endpoint
from polypod.docker_daemon.endpoint import DockerEndpoint
from polypod.model.value import Secret
from polypod.targets.aci.deploy import client as azure_management
from polypod.targets.docker.deploy import client as docker_daemon
from polypod.targets.kubernetes.deploy import connection, image_user_check
from polypod.targets.kubernetes.plan.users import ImageUser
from polypod.targets.shared.deploy import reachable
from polypod.testing.azure import FakeManagement, answer, missing, outputs
from polypod.testing.docker import FakeDaemon
from polypod.testing.kubernetes import FakeCluster


@attrs.frozen(kw_only=True)
class Registered:
    """A resource that a program registered.

    Args:
        type: Its type token, such as ``docker:index/container:Container``.
        name: Its logical name.
        inputs: Its inputs as the provider sees them, with `Secret` for what is secret; without what is not known.
        parent: The name of its parent; empty for a child of the stack.
        provider: The name of the provider it uses; empty where it uses none.
        depends_on: The names of the resources it depends on.
        delete_before_replace: Whether it is deleted before its replacement is made.
        retain_on_delete: Whether the real thing outlives it.
        replaced_with: The names of the resources whose replacement replaces it.
        ignore_changes: The inputs whose changes are ignored.
        replace_on_changes: The inputs whose changes replace it, beyond those that the provider names.
        replacement_trigger: What replaces it when it changes; ``None`` where only its inputs do.
        import_id: The ID of the real thing that it takes over; empty where it makes one.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str
    provider: str
    depends_on: frozenset[str]
    delete_before_replace: bool
    retain_on_delete: bool
    replaced_with: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    replacement_trigger: Any
    import_id: str


class MockedEngine:
    """Runs programs as ``pulumi up`` and ``pulumi preview`` do, and remembers what they registered.

    Attributes:
        resources: What the last program registered, by name.
        outputs: What it exported, with `Secret` for what is secret.
        warnings: What it warned of.
        infos: What else it told, such as how much it accepts.

    Args:
        config: The stack's config by full key, such as ``polypod:target``; what is no text is written as JSON.
        secrets: The keys among them that are secret.
        project: The name of the project.
        stack: The name of the stack.
        root: The project's root directory; the current directory by default.
        daemon: The Docker daemon to use.
        cluster: The Kubernetes cluster to use.
        kept: The names of the resource groups, storage accounts and shares in Azure that an earlier stack has kept.
        management: The container groups of Azure to use.
        users: The user that an image says in its configuration, by reference; of others it is not known.
    """

    def __init__(
        self,
        *,
        config: Mapping[str, object] | None = None,
        secrets: Iterable[str] = (),
        project: str = "project",
        stack: str = "stack",
        root: Path | None = None,
        daemon: FakeDaemon | None = None,
        cluster: FakeCluster | None = None,
        kept: Iterable[str] = (),
        management: FakeManagement | None = None,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.resources: list[Registered] = []
        self.outputs: dict[str, Any] = {}
        self.warnings: list[str] = []
        self.infos: list[str] = []
        self._config = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (config or {}).items()}
        self._secrets = list(secrets)
        self._project = project
        self._stack = stack
        self._root = root or Path.cwd()
        self._daemon = daemon or FakeDaemon()
        self._cluster = cluster or FakeCluster()
        self._kept = frozenset(kept)
        self._management = management or FakeManagement()
        self._users = {image: ImageUser(user) for image, user in (users or {}).items()}

    def __getitem__(self, name: str) -> Registered:
        return next(resource for resource in self.resources if resource.name == name)

    def up(self, program: Callable[[], object]) -> None:
        """Run a program as ``pulumi up`` does.

        Args:
            program: The program.
        """
        self._run(program, preview=False)

    def preview(self, program: Callable[[], object]) -> None:
        """Run a program as ``pulumi preview`` does: nothing is waited for.

        Args:
            program: The program.
        """
        self._run(program, preview=True)

    def _run(self, program: Callable[[], object], *, preview: bool) -> None:
        self.resources, self.outputs, self.warnings, self.infos = [], {}, [], []
        contextvars.copy_context().run(asyncio.run, self._main(program, preview=preview))

    async def _main(self, program: Callable[[], object], *, preview: bool) -> None:
        logger = logging.Logger(__name__)
        logger.addHandler(_Lines(self.warnings, self.infos))
        monitor = _Monitor(self._daemon, self._cluster, self._kept)
        pulumi.runtime.set_all_config(self._config, self._secrets)
        private_apis.start_mocked_run(
            monitor, self._project, self._stack, preview=preview, logger=logger, root=self._root
        )
        endpoint.use(DockerEndpoint(source="the mocked engine"))
        reachable.use(lambda *_: True)
        docker_daemon.use(self._daemon)
        connection.use(self._cluster)
        image_user_check.use(lambda *_: self._users)
        azure_management.use(self._management)
        try:
            await private_apis.run_to_the_end(lambda: _call(program))
        finally:
            self.resources = sorted(monitor.registered, key=lambda resource: (resource.name, resource.type))
        self.outputs = {name: await _known(value) for name, value in private_apis.stack_outputs().items()}


def _call(program: Callable[[], object]) -> None:
    program()


async def _known(value: Any) -> object:
    output: pulumi.Output[Any] = pulumi.Output.from_input(value)
    known: Any = await output.future()
    return Secret(known) if await output.is_secret() else known


class _Lines(logging.Handler):
    def __init__(self, warnings: list[str], infos: list[str]) -> None:
        super().__init__(logging.INFO)
        self._warnings = warnings
        self._infos = infos

    def emit(self, record: logging.LogRecord) -> None:
        lines = self._infos if record.levelno < logging.WARNING else self._warnings
        lines.append(record.getMessage())


class _Monitor(private_apis.MockMonitor):
    """Takes down what is registered, and gives every resource its inputs as outputs."""

    def __init__(self, daemon: FakeDaemon, cluster: FakeCluster, kept: frozenset[str]) -> None:
        super().__init__(_NoCalls())
        self.registered: list[Registered] = []
        self._daemon = daemon
        self._cluster = cluster
        self._kept = kept

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name is Pulumi's
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return private_apis.registered(urn)
        inputs = _fields(request.object)
        self.registered.append(
            Registered(
                type=request.type,
                name=request.name,
                inputs=inputs,
                parent="" if "pulumi:pulumi:Stack::" in request.parent else _name(request.parent),
                provider=_name(request.provider.rpartition("::")[0]),
                depends_on=frozenset(map(_name, request.dependencies)),
                delete_before_replace=request.deleteBeforeReplace,
                retain_on_delete=request.retainOnDelete,
                replaced_with=tuple(map(_name, request.replace_with)),
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                replacement_trigger=_plain(request.replacement_trigger),
                import_id=request.importId,
            )
        )
        if request.type == "docker:index/container:Container":
            self._daemon.create(inputs)
        made = outputs(request.type, request.name, inputs)
        request.object.update(made)
        if request.type.startswith("kubernetes:"):
            known = self._cluster.create(request.name, inputs)
            request.object.update({"metadata": known["metadata"]})
        elif request.type.startswith("docker:"):
            request.object.update(
                {
                    "imageId": f"id-of-{request.name}",
                    "sha256Digest": "sha256:" + "0" * 64,
                    "mountpoint": f"/var/lib/docker/volumes/{inputs.get('name', request.name)}/_data",
                }
            )
        known_id = str(made.get("id", inputs.get("name", request.name)))
        return private_apis.registered(urn, known_id, request.object)

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - the name is Pulumi's
        """Answer a function of a provider; in Pulumi's own way, each call would leave an event loop open."""
        arguments = _fields(request.args)
        if why := missing(request.tok, arguments, self._kept):
            return private_apis.refused(why)
        returned = type(request.args)()
        returned.update(answer(request.tok, arguments))
        return private_apis.returned(returned)


class _NoCalls(pulumi.runtime.Mocks):
    """Placeholder mocks: the monitor answers everything by itself."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        return args.resource_id, args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        del args
        return {}, None


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _fields(struct: Any) -> dict[str, Any]:
    return {name: _plain(struct.fields[name]) for name in sorted(struct.fields)}


def _plain(value: Any) -> Any:
    """A value as it came over the wire, with numbers and secrets as Python has them."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = _fields(value.struct_value)
        return Secret(fields["value"]) if private_apis.is_secret(fields) else fields
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "number_value" and value.number_value.is_integer():
        return int(value.number_value)
    return None if kind in (None, "null_value") else getattr(value, kind)

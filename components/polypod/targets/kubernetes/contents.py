"""What Kubernetes refuses of the variables and files of containers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polypod.model.application import Application
from polypod.model.pod import Workload
from polypod.model.rules.texts import known_size
from polypod.model.value import Deferred, Secret, parts_of
from polypod.model.volume import FileVolume
from polypod.targets.base import Finding, Verdict
from polypod.targets.kubernetes.gateway import gateway_pod

_LARGEST = 1024 * 1024
"""Bytes of a ConfigMap or a Secret; see Kubernetes' "ConfigMaps"."""

_NAME = re.compile(r"[ -<>-~]+")
_OLD_NAME = re.compile(r"(?!\.\.?$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*")
"""See ``IsRelaxedEnvVarName`` and ``IsEnvVarName`` in the source of ``k8s.io/apimachinery``."""


def content_findings(app: Application) -> Iterator[Finding]:
    """What Kubernetes refuses of the variables and files of an application, and of its gateway's.

    Args:
        app: The application.
    """
    for name, pod in app.pods.items():
        yield from _variable_findings(f"pods.{name}", pod)
        yield from _file_findings(f"pods.{name}", pod)
    if app.gateway is not None:
        for _ in _file_findings("", gateway_pod(app.gateway)):
            reason = "the gateway's configuration is larger than 1 MiB, the most that a ConfigMap holds"
            yield _rejected("routes", reason, "use fewer routes, or several components with a gateway each")


def _variable_findings(path: str, pod: Workload) -> Iterator[Finding]:
    hidden = 0
    for where, container in pod.containers:
        for name, value in container.env.items():
            if not _NAME.fullmatch(name):
                reason = "the name of a variable has printable ASCII characters only"
                yield _rejected(f"{path}.{where}.env.{name}", reason, "rename it for this stack")
            elif not _OLD_NAME.fullmatch(name):
                reason = "clusters before Kubernetes 1.32 refuse this name"
                fix = "use letters, digits, '-', '_' and '.', and no digit first, where the program can"
                yield Finding(f"{path}.{where}.env.{name}", None, Verdict.DEGRADED, reason, fix)
            if any(isinstance(part, Secret | Deferred) for part in parts_of(value)):
                hidden += known_size(value)
    if hidden > _LARGEST:
        reason = "its secret variables are together larger than 1 MiB, the most that a Secret holds"
        yield _rejected(path, reason, "put long texts into the files of a SecretVolume")


def _file_findings(path: str, pod: Workload) -> Iterator[Finding]:
    for where, container in pod.containers:
        for i, mount in enumerate(container.mounts):
            files = mount.volume.contents if isinstance(mount.volume, FileVolume) else {}
            if sum(len(name) + known_size(file.content) for name, file in files.items()) > _LARGEST:
                reason = "the files are larger than 1 MiB, the most that a ConfigMap or a Secret holds"
                fix = "use several volumes, or put the files into the image"
                yield _rejected(f"{path}.{where}.mounts[{i}].volume", reason, fix)


def _rejected(path: str, reason: str, fix: str) -> Finding:
    return Finding(path, None, Verdict.REJECTED, reason, fix)

"""A cluster that is there, asked with the Kubernetes client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from kubernetes.config import new_client_from_config, new_client_from_config_dict
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from polypod.errors import UnreadyError
from polypod.model.problem import Problem
from polypod.targets.kubernetes.cluster import Access, Found, NoAnswerError
from polypod.targets.kubernetes.kinds import KINDS

_TIMEOUT = (5, 30)
_NOT_FOUND = 404


class LiveCluster:
    """The cluster that an access leads to.

    Args:
        access: How it is reached.

    Raises:
        UnreadyError: There is no such cluster, or it does not answer.
    """

    def __init__(self, access: Access) -> None:
        try:
            self._client = _client(access)
            self._call("VersionApi", "get_code")
        except (ConfigException, NoAnswerError, yaml.YAMLError, OSError) as error:
            raise UnreadyError([_unreachable(error)]) from None

    def get(self, kind: str, namespace: str, name: str) -> Found | None:
        """One object, or ``None`` where there is none of that name."""
        known = KINDS[kind]
        place = {"namespace": namespace} if known.method.startswith("namespaced_") else {}
        try:
            found: Found = json.loads(self._call(known.api, f"read_{known.method}", name=name, **place))
        except NoAnswerError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return found

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Found]:
        """The objects of a kind with the given labels."""
        known = KINDS[kind]
        query = {"namespace": namespace} if known.method.startswith("namespaced_") else {}
        if labels:
            query["label_selector"] = ",".join(f"{name}={value}" for name, value in labels.items())
        return list(json.loads(self._call(known.api, f"list_{known.method}", **query))["items"])

    def log(self, namespace: str, pod: str, container: str, lines: int, *, previous: bool) -> str:
        """The last lines of a container's output, of the run before the present one where asked for."""
        what: Mapping[str, Any] = {"container": container, "tail_lines": lines, "previous": previous}
        try:
            output = self._call("CoreV1Api", "read_namespaced_pod_log", name=pod, namespace=namespace, **what)
        except NoAnswerError:
            return ""
        return output.decode(errors="replace").rstrip()

    def may(self, verb: str, kind: str, namespace: str) -> bool:
        """Whether the user may do something with objects of a kind."""
        known = KINDS[kind]
        asked = {"namespace": namespace, "verb": verb, "group": known.group, "resource": known.resource}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        answer = self._call("AuthorizationV1Api", "create_self_subject_access_review", body=review)
        return bool(json.loads(answer)["status"]["allowed"])

    def _call(self, api: str, method: str, **arguments: Any) -> bytes:
        """The answer to a call as it came: reading it into the client's classes would take longer than the call."""
        call = getattr(getattr(client, api)(self._client), method)
        try:
            data: bytes = call(**arguments, _preload_content=False, _request_timeout=_TIMEOUT).data
        except ApiException as error:
            raise NoAnswerError(_reason(error), error.status) from error
        except HTTPError as error:
            raise NoAnswerError(str(getattr(error, "reason", None) or error)) from error
        return data


def _client(access: Access) -> client.ApiClient:
    text = access.kubeconfig
    if text and ("\n" in text.strip() or text.lstrip().startswith("{")):
        return new_client_from_config_dict(yaml.safe_load(text), context=access.context)
    file = str(Path(text).expanduser()) if text else None
    return new_client_from_config(config_file=file, context=access.context)


def _reason(error: ApiException) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        return f"{error.status} {error.reason}"


def _unreachable(error: Exception) -> Problem:
    return Problem(
        "kubernetes",
        f"no cluster answers ({error})",
        "start one, or point KUBECONFIG or the stack's config kubernetes:kubeconfig and kubernetes:context at one",
    )

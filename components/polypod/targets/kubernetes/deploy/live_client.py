"""A cluster that is there, asked with the Kubernetes client.

Of the client only what reads kubeconfigs and sends requests is imported: its classes of the API, with the models of all
answers, would take more than a second of every preview.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes.client.api_client import ApiClient
from kubernetes.client.exceptions import ApiException
from kubernetes.config import new_client_from_config, new_client_from_config_dict
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from polypod.errors import Problem, UnreadyError
from polypod.targets.kubernetes.deploy.client import Found, Kubeconfig, NoAnswerError
from polypod.targets.kubernetes.deploy.kinds import KINDS

_TIMEOUT = (5, 30)
_SUCCESS = range(200, 300)
_NOT_FOUND = 404
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_MERGE = {**_JSON, "Content-Type": "application/merge-patch+json"}
_APPLY = {**_JSON, "Content-Type": "application/apply-patch+yaml"}
_MANAGER = {"fieldManager": "polypod", "force": True}


class LiveCluster:
    """The cluster that an access leads to.

    Args:
        access: How it is reached.

    Raises:
        UnreadyError: There is no such cluster, or it does not answer.
    """

    def __init__(self, access: Kubeconfig) -> None:
        try:
            self._client = _client(access)
            self._call("GET", "/version/")
        except (ConfigException, NoAnswerError, yaml.YAMLError, OSError) as error:
            raise UnreadyError([_unreachable(error)]) from None

    def get(self, kind: str, namespace: str, name: str) -> Found | None:
        """One object, or ``None`` where there is none of that name."""
        names = {"namespace": namespace, "name": name}
        try:
            found: Found = json.loads(self._call("GET", f"{KINDS[kind].path}/{{name}}", path_params=names))
        except NoAnswerError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return found

    def list(self, kind: str, namespace: str, labels: Mapping[str, str]) -> list[Found]:
        """The objects of a kind with the given labels."""
        query = {"labelSelector": ",".join(f"{name}={value}" for name, value in labels.items())} if labels else {}
        names = {"namespace": namespace}
        found = self._call("GET", KINDS[kind].path, path_params=names, query_params=query)
        return list(json.loads(found)["items"])

    def log(self, namespace: str, pod: str, container: str, lines: int, *, previous: bool) -> str:
        """The last lines of a container's output, of the run before the present one where asked for."""
        names = {"namespace": namespace, "name": pod}
        query = {"container": container, "tailLines": lines, "previous": previous}
        try:
            output = self._call("GET", f"{KINDS['Pod'].path}/{{name}}/log", path_params=names, query_params=query)
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
        answer = self._call("POST", _REVIEWS, body=review)
        return bool(json.loads(answer)["status"]["allowed"])

    def patch(self, kind: str, namespace: str, name: str, part: Found) -> None:
        """Change a part of an object, as a JSON merge patch says."""
        names = {"namespace": namespace, "name": name}
        self._call("PATCH", f"{KINDS[kind].path}/{{name}}", path_params=names, body=part, headers=_MERGE)

    def apply(self, kind: str, namespace: str, manifest: Found, *, trial: bool = False) -> None:
        """Own fields of an object, and make it where there is none: a server-side apply, or only a trial of one."""
        names = {"namespace": namespace, "name": manifest["metadata"]["name"]}
        query = {**_MANAGER, **({"dryRun": "All"} if trial else {})}
        request: dict[str, Any] = {"path_params": names, "query_params": query, "body": json.dumps(manifest)}
        self._call("PATCH", f"{KINDS[kind].path}/{{name}}", headers=_APPLY, **request)

    def delete(self, kind: str, namespace: str, name: str, *, orphan: bool = False) -> None:
        """Delete an object, and unless it is to leave them as orphans, those it owns; it may be gone already."""
        names = {"namespace": namespace, "name": name}
        options = {"propagationPolicy": "Orphan" if orphan else "Background"}
        try:
            self._call("DELETE", f"{KINDS[kind].path}/{{name}}", path_params=names, body=options)
        except NoAnswerError as error:
            if error.status != _NOT_FOUND:
                raise

    def _call(self, method: str, path: str, headers: Mapping[str, str] = _JSON, **request: Any) -> bytes:
        """The body of the answer to a request."""
        try:
            serialized = self._client.param_serialize(
                method, path, header_params=dict(headers), auth_settings=["BearerToken"], **request
            )
            answer = self._client.call_api(*serialized, _request_timeout=_TIMEOUT)
            body: bytes = answer.read()
        except (ApiException, HTTPError) as error:
            raise NoAnswerError(str(getattr(error, "reason", None) or error)) from error
        if answer.status not in _SUCCESS:
            raise NoAnswerError(_message(body) or f"{answer.status} {answer.reason}", answer.status)
        return body


def _client(access: Kubeconfig) -> ApiClient:
    text = access.kubeconfig
    if text and ("\n" in text.strip() or text.lstrip().startswith("{")):
        return new_client_from_config_dict(yaml.safe_load(text), context=access.context)
    file = str(Path(text).expanduser()) if text else None
    return new_client_from_config(config_file=file, context=access.context)


def _message(status: bytes) -> str | None:
    try:
        return str(json.loads(status)["message"])
    except (TypeError, ValueError, KeyError):
        return None


def _unreachable(error: Exception) -> Problem:
    return Problem(
        "PP430",
        "kubernetes",
        f"no cluster answers ({error})",
        "start one, or point KUBECONFIG or the stack's config kubernetes:kubeconfig and kubernetes:context at one",
    )

"""The emulator's interface, by the means that Azure's official clients are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from azure.core import PipelineClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import Pipeline, PipelineResponse
from azure.core.pipeline.policies import AzureKeyCredentialPolicy, ContentDecodePolicy, RequestIdPolicy, RetryPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.exceptions import ARMErrorFormat
from azure.mgmt.core.polling.arm_polling import ARMPolling

from polypod_aci_emulator.endpoint import EmulatorError, default_folder, endpoint
from polypod_aci_emulator.plugin.errors import PluginError

DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_POLL_SECONDS = 30.0
"""Between two looks at an operation where the answer does not say; the emulator's does."""

Response = PipelineResponse[HttpRequest, HttpResponse]


class Client:
    """The interface of one subscription.

    Azure's clients for single services take longer to import than all else that the plugin does.

    Args:
        subscription: The subscription.
        folder: The folder of the emulator's state; the usual one by default.

    Raises:
        PluginError: No emulator is running.
    """

    def __init__(self, subscription: str, folder: Path | None = None) -> None:
        self.subscription = subscription
        try:
            found = endpoint(folder or default_folder())
        except (EmulatorError, OSError, ValueError) as error:
            raise PluginError(f"the emulator of Azure Container Instances cannot be reached: {error}") from None
        # The usual policies send no token over plain HTTP; this one does, and the emulator listens on loopback only.
        token = AzureKeyCredentialPolicy(AzureKeyCredential(found.token), "Authorization", prefix="Bearer")
        self.url, self.token = found.url, found.token
        self._pipeline: Pipeline[Any, Any] = Pipeline(
            RequestsTransport(), [RequestIdPolicy(), ContentDecodePolicy(), RetryPolicy(retry_total=2), token]
        )
        self._operations: PipelineClient[Any, Any] = PipelineClient(found.url, pipeline=self._pipeline)

    def put(self, resource_id: str, body: Mapping[str, Any], version: str) -> Any:
        """Make or change a resource, and wait until that is done; its document."""
        return self._wait(self._send("PUT", resource_id, version, json=dict(body)), _document)

    def get(self, resource_id: str, version: str, **query: Any) -> Any:
        """The document of a resource."""
        return _document(self._send("GET", resource_id, version, query))

    def delete(self, resource_id: str, version: str) -> None:
        """Remove a resource, and wait until it is gone."""
        self._wait(self._send("DELETE", resource_id, version), lambda _: None)

    def post(self, resource_id: str, action: str, version: str) -> Any:
        """What an action on a resource answers."""
        return _document(self._send("POST", f"{resource_id}/{action}", version))

    def _send(
        self, method: str, path: str, version: str, query: Mapping[str, Any] | None = None, **content: Any
    ) -> Response:
        parameters = {"api-version": version, **(query or {})}
        answer = self._pipeline.run(HttpRequest(method, self.url + path, params=parameters, **content))
        if answer.http_response.status_code >= 400:  # noqa: PLR2004 - the first status of errors
            raise HttpResponseError(response=answer.http_response, error_format=ARMErrorFormat)
        return answer

    def _wait(self, begun: Response, result: Callable[[Response], Any]) -> Any:
        return LROPoller(self._operations, begun, result, ARMPolling(_POLL_SECONDS)).result()


def _document(answer: Response) -> Any:
    return answer.http_response.json()

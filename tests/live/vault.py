"""A key management service: what Pulumi asks of HashiCorp Vault to read the key of a stack's secrets.

With a passphrase, each command of the engine would first derive the key from it, which is made to take long.
"""

from __future__ import annotations

import base64
import functools
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_WRAPPED = "vault:v1:"


class _Transit(BaseHTTPRequestHandler):
    """Unwraps keys, which it does not keep secret; see Vault's API of the transit secrets engine."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        """Answer with the key that a text holds."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"data": {"plaintext": asked["ciphertext"].removeprefix(_WRAPPED)}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""


@functools.cache
def _server() -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def environment() -> dict[str, str]:
    """What leads the engine here; the service ends with the process."""
    return {"VAULT_SERVER_URL": f"http://127.0.0.1:{_server().server_port}", "VAULT_SERVER_TOKEN": "live-tests"}


def settings() -> dict[str, str]:
    """What a new stack's ``Pulumi.<stack>.yaml`` says: the service, and the stack's own key as it wraps that."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "secretsprovider": "hashivault://live-tests",
        "encryptedkey": base64.b64encode(f"{_WRAPPED}{key}".encode()).decode(),
    }

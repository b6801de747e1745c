"""TLS between Docker's client for Python and a daemon with a certificate authority of its own."""

from __future__ import annotations

from typing import Any

from docker.tls import TLSConfig


class DaemonTLS(TLSConfig):
    """The certificates of a daemon, whatever those of other servers are.

    Requests lets ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` replace the authority that a session trusts. Where an
    organisation sets them, no daemon with a certificate of its own would be reached.
    """

    def configure_client(self, client: Any) -> None:
        """Set up a client, which reads nothing more from the environment; so no proxy of it either.

        Args:
            client: The client, a session of Requests.
        """
        super().configure_client(client)
        client.trust_env = False

"""A backend that says its version, after the seconds in the path, and ends on SIGTERM: at once, or when it is done."""

import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers over connections that are kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the version."""
        last = self.path.rstrip("/").rpartition("/")[2]
        time.sleep(float(last) if last.isdigit() else 0)
        body = os.environ["VERSION"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""


server = ThreadingHTTPServer(("", 8000), Handler)
server.daemon_threads = False


def end(*_: object) -> None:
    """End as the environment says."""
    if os.environ["MANNERS"] == "abrupt":
        os._exit(1)
    threading.Thread(target=server.shutdown).start()


signal.signal(signal.SIGTERM, end)
server.serve_forever()

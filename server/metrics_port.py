"""The port of the metrics: apart from CVD's own, so that a firewall can tell them apart.

Each worker listens on it and tells what all of them count, so that it is answered as long
as one of them lives.
"""

from __future__ import annotations

import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from settings import Settings
from web.exposition import CONTENT_TYPE, Exposition
from web.metrics_page import PATH, has_key

WITHIN_S = 5.0


class Port(ThreadingHTTPServer):
    """Listens beside the other workers, which the system gives their share."""

    daemon_threads = True
    allow_reuse_port = True

    def __init__(self, address: str, port: int, told: Exposition, token: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.told = told
        self.token = token
        super().__init__((address, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone: nobody needs to know."""


class _Handler(BaseHTTPRequestHandler):
    server: Port
    # Of whoever connects and says nothing.
    timeout = WITHIN_S

    def do_GET(self) -> None:
        if self.path != PATH:
            return self._answer(HTTPStatus.NOT_FOUND, b"Metrics are at /metrics.\n")
        if not has_key(self.headers.get("Authorization"), self.server.token):
            return self._answer(HTTPStatus.UNAUTHORIZED, b"Send the key of CVD_METRICS_TOKEN.\n")
        return self._answer(HTTPStatus.OK, self.server.told.text(), CONTENT_TYPE)

    def _answer(self, status: int, body: bytes, media_type: str = "text/plain") -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def begin(settings: Settings, address: str, told: Exposition) -> None:
    """Listen from now on, in threads apart."""
    port = Port(address, settings.metrics_port, told, settings.metrics_token)
    threading.Thread(target=port.serve_forever, daemon=True).start()

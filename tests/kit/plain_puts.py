"""What stands before fake-gcs-server, which knows all that CVD asks of Google but a plain PUT.

It takes a PUT with a signed address only (nobody looks at the signature), and tells the ETag of
what was written in the body of its answer, where Google tells it in a header. Everything else goes
through as it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIGNED = "X-Goog-Algorithm=GOOG4-RSA-SHA256"
# Of one connection alone, or told anew below.
NOT_PASSED_ON = {"connection", "content-length", "date", "server", "transfer-encoding"}


@contextmanager
def front(port: int, behind: int) -> Iterator[None]:
    """A server at `port` that passes everything on to the one at `behind`."""

    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = f"{self.path}?{SIGNED}" if self.command == "PUT" else self.path
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            with closing(HTTPConnection("127.0.0.1", behind)) as connection:
                connection.request(self.command, path, body, dict(self.headers))
                answer = connection.getresponse()
                self._tell(answer, answer.read())

        do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815  # as http.server calls them

        def _tell(self, answer: HTTPResponse, content: bytes) -> None:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in NOT_PASSED_ON:
                    self.send_header(name, value)
            if self.command == "PUT" and answer.status == 200:
                self.send_header("ETag", json.loads(content)["etag"])
            # The answer to HEAD tells the length of what it does not carry.
            told = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", told or str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Nothing: the emulator behind keeps a log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Front)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

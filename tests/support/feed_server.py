"""A small web server on the loopback that serves a folder, and can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


class FeedServer:
    """`url` is the folder's address. `answers`: paths (as in `/metadata/timestamp.json`) that are answered by a
    function instead of the file; `asked`: the paths asked for, in order.
    """

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(folder))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def drip(self, first: bytes) -> Answer:
        """An answer that begins with `first` and goes on, a byte now and then, without end."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            try:
                request.wfile.write(first)
                while not self.stopping.wait(0.05):
                    request.wfile.write(b"x")
                    request.wfile.flush()
            except OSError:
                pass  # the client has hung up

        return answer

    def _handler(self, folder: Path) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(self.path)
                if self.path in server.answers:
                    self.close_connection = True
                    server.answers[self.path](self)
                    return
                file = folder / self.path.removeprefix("/")
                respond(self, 200, file.read_bytes()) if file.is_file() else respond(self, 404)

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        return Handler


def respond(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    if request.close_connection:
        request.send_header("Connection", "close")  # or a client that is quick asks again on what is being closed
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)

"""Serving an app on one address until it is told to stop, finishing the answers it has begun."""

from __future__ import annotations

import errno
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel

from node.errors import ConfigurationError, PortInUse

THREADS = 8
MOST_SENT = 1 << 20
"""Bytes of the largest body that a request may have. Forms are small; what is larger would be laid on the disk before
anybody has asked who sends it."""
POLL_SECONDS = 0.5
GRACE_SECONDS = 10.0
"""How long answers under way may take once the server is told to stop."""


def serve(app: Flask, host: str, port: int, report: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; from another thread than the main one, until the process ends.

    `port` 0 takes a free one; `report` is told the address, and that serving has ended.
    Raises: PortInUse where the address is taken; ConfigurationError where it is not this machine's to serve on.
    """
    server = Server(app, host, port)
    with _told_by_signals(server.stop):
        report(f"serving {server.url} (stop with Ctrl-C)")
        server.run()
    report("stopped")


class Server:
    """One listening server. The address is taken on construction, and given back by `run` when it ends."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        listener = _listen(host, port)
        self.host, self.port = host, int(listener.getsockname()[1])
        self._stopping = threading.Event()
        self._sockets: dict[int, wasyncore.dispatcher] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[listener],
            threads=THREADS,
            max_request_body_size=MOST_SENT,
            ident=None,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
        )

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def run(self) -> None:
        """Blocks until `stop`, then for at most GRACE_SECONDS until answers under way are sent."""
        try:
            while not self._stopping.is_set():
                self._turn()
            # The server's own close would also close the trigger by which workers hand over their last bytes.
            wasyncore.dispatcher.close(self._server)
            deadline = time.monotonic() + GRACE_SECONDS
            while self._under_way() and time.monotonic() < deadline:
                self._turn()
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._sockets, ignore_all=True)

    def stop(self) -> None:
        """May be called from any thread and from a signal handler, and more than once."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._server.pull_trigger()

    def _turn(self) -> None:
        wasyncore.loop(timeout=POLL_SECONDS, use_poll=True, map=self._sockets, count=1)

    def _under_way(self) -> bool:
        return any(
            channel.requests or channel.total_outbufs_len
            for channel in list(self._sockets.values())
            if isinstance(channel, HTTPChannel)
        )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortInUse(f"port {port} on {host} is in use") from None
        raise ConfigurationError(f"cannot serve on {host}, port {port}: {problem.strerror}") from None


@contextmanager
def _told_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Only the main thread may set signal handlers; elsewhere there is nothing to set."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Bytes from a peer, over HTTP or from a folder, within bounds of time and size. Nothing here is trusted."""

from __future__ import annotations

import io
import math
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import requests
import urllib3
from requests.adapters import HTTPAdapter
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    SlowRetrievalError,
)
from tuf.ngclient import FetcherInterface
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from node.adapters.trust.watchdog import Watchdog
from node.errors import ConfigurationError

CHUNK_BYTES = 1 << 20
"""Each of these has to arrive within the time-out, and the answer's headers too. A read time-out alone would
let a server hold a pull for ever with a byte now and then (slow retrieval, TUF specification 1.0, 1.5.2)."""

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.2
RETRIED_STATUS = frozenset({429, 500, 502, 503, 504})
REDIRECTS = 3
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Sleep = Callable[[float], None]


@contextmanager
def open_transport(
    url: str,
    timeout_seconds: float,
    sleep: Sleep = time.sleep,
    token: str | None = None,
    in_all_seconds: float = math.inf,
) -> Iterator[FetcherInterface]:
    """The way to the feed at `url`: `https://…`, `http://…`, `file:` or a folder's path.

    `token`: opens the feed's restricted dataflows; a folder needs none. `in_all_seconds`: after which nothing more is
    fetched over HTTP, however steadily it comes.
    Raises: ConfigurationError where a token would cross the network in the clear.
    """
    folder = local_folder(url)
    if folder is not None:
        yield FolderTransport(folder)
        return
    if token and not keeps_secrets(url):
        raise ConfigurationError("a token is sent over https only; give the peer's https:// address")
    transport = HttpTransport(timeout_seconds, sleep, token, in_all_seconds)
    try:
        yield transport
    finally:
        transport.close()


def local_folder(url: str) -> Path | None:
    """The folder that a feed's address names; None where it is a web address. Raises: ConfigurationError."""
    parts = urlsplit(url)
    if "://" not in url and parts.scheme != "file":
        return Path(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return Path(url2pathname(parts.path))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"“{url}” is not a feed's address: give https://…/feeds/ or a folder")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError("a feed's address has no user name, password, `?` or `#` in it")
    return None


def keeps_secrets(url: str) -> bool:
    """Whether what is sent to `url` stays between this machine and the one that it names."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


class _InMemory(FetcherInterface):
    """Files as bytes, never longer than asked for: whoever asks holds them in memory anyway."""

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        yield io.BytesIO(self.download_bytes(url, max_length))

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """As `FetcherInterface.download_bytes`, without a file in between."""
        file = io.BytesIO()
        for chunk in self.fetch(url):
            if file.tell() + len(chunk) > max_length:
                raise DownloadLengthMismatchError(f"{url} is longer than the {max_length} bytes it may have")
            file.write(chunk)
        return file.getvalue()


class FolderTransport(_InMemory):
    """Files of a feed in a folder, a mounted share or a stick. A missing file is what 404 is on the web."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(url).resolve()
        if not path.is_relative_to(self._folder):
            raise DownloadError(f"{url} leads out of the feed's folder")
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise DownloadHTTPError(f"{url} is not there", 404) from None
        except OSError as problem:
            raise DownloadError(f"{url} cannot be read: {problem.strerror}") from problem
        return _chunks_of(file, url)


def _chunks_of(file: IO[bytes], url: str) -> Iterator[bytes]:
    with file:
        while True:
            try:
                chunk = file.read(CHUNK_BYTES)
            except OSError as problem:
                raise DownloadError(f"{url} cannot be read: {problem.strerror}") from problem
            if not chunk:
                return
            yield chunk


class HttpTransport(_InMemory):
    """GET with time-outs, size limits, and retries with back-off and jitter where another try may help.

    Redirects are followed on the same host only: a peer vouches for its own server and no other.
    """

    def __init__(
        self,
        timeout_seconds: float,
        sleep: Sleep = time.sleep,
        token: str | None = None,
        in_all_seconds: float = math.inf,
    ) -> None:
        self._timeout = timeout_seconds
        self._in_all = in_all_seconds
        self._until = time.monotonic() + in_all_seconds
        self._sleep = sleep
        self._sockets: list[socket.socket] = []
        self._session = requests.Session()
        # A password in ~/.netrc, a proxy or a certificate file named by the environment are no part of a pin.
        self._session.trust_env = False
        # As stored: what is signed is the file, and unpacking here would be unpacking without a bound.
        self._session.headers.update({"Accept-Encoding": "identity", "User-Agent": "imtgt-lmis-node"})
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _watched_adapter(self._sockets))

        self._watchdog = Watchdog(timeout_seconds, self._until, self._hang_up)

    def close(self) -> None:
        self._watchdog.close()
        self._session.close()

    def _hang_up(self) -> None:
        for connected in self._sockets:
            _shut(connected)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """As `FetcherInterface.download_bytes`, tried again where that may help."""
        attempt = 1
        while True:
            try:
                return super().download_bytes(url, max_length)
            except DownloadError as problem:
                if attempt == ATTEMPTS or not _worth_retrying(problem):
                    raise
            self._sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311  # jitter
            attempt += 1

    def _fetch(self, url: str) -> Iterator[bytes]:
        response = self._open(url)
        if response.status_code != requests.codes.ok:
            response.close()
            raise DownloadHTTPError(f"{url} was answered with status {response.status_code}", response.status_code)
        return self._body(response, url)

    def _open(self, url: str) -> requests.Response:
        at = url
        for _ in range(REDIRECTS + 1):
            with self._bounded(at):
                response = self._session.get(at, stream=True, timeout=self._timeout, allow_redirects=False)
            if not response.is_redirect:
                return response
            response.close()
            following = urljoin(at, response.headers["Location"])
            if not _same_host(at, following):
                raise DownloadHTTPError(f"{url} redirects to another host, which is not followed", 421)
            at = following
        raise DownloadHTTPError(f"{url} redirects more than {REDIRECTS} times", 310)

    def _body(self, response: requests.Response, url: str) -> Iterator[bytes]:
        with response:
            while True:
                with self._bounded(url):
                    chunk: bytes = response.raw.read(CHUNK_BYTES, decode_content=False)
                if not chunk:
                    return
                yield chunk

    @contextmanager
    def _bounded(self, url: str) -> Iterator[None]:
        """Ends what is inside when the time-out has passed, whatever the server sends meanwhile.

        Raises: SlowRetrievalError; DownloadError for anything else that goes wrong on the way.
        """
        if self._until <= time.monotonic():
            raise SlowRetrievalError(f"the pull took more than {self._in_all:g} s in all; {url} was not asked for")
        watch = self._watchdog.watch()
        try:
            yield
        except Exception as problem:
            if watch.end() or isinstance(problem, (requests.Timeout, urllib3.exceptions.TimeoutError)):
                raise SlowRetrievalError(f"{url} did not arrive within {self._timeout:g} s") from problem
            raise DownloadError(f"{url}: {_plain(problem)}") from problem
        finally:
            late = watch.end()
        if late:
            # A connection that was hung up looks like one that ended in order where no length was announced.
            raise SlowRetrievalError(f"{url} did not arrive within {self._timeout:g} s")


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):  # closed already
        # The plain socket's own method: the one of a TLS socket would take the session from under the reader.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _watched_adapter(sockets: list[socket.socket]) -> HTTPAdapter:
    """An adapter that notes the sockets it opens, so that a watchdog can shut them."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _worth_retrying(problem: DownloadError) -> bool:
    if isinstance(problem, DownloadHTTPError):
        return problem.status_code in RETRIED_STATUS
    return not isinstance(problem, (SlowRetrievalError, DownloadLengthMismatchError))


def _same_host(url: str, other: str) -> bool:
    """The same host and port, or the same host from http to https."""
    before, after = urlsplit(url), urlsplit(other)
    if (before.scheme, before.netloc) == (after.scheme, after.netloc):
        return True
    return before.hostname == after.hostname and (before.scheme, after.scheme) == ("http", "https")


def _plain(problem: Exception) -> str:
    """The innermost reason; the outer ones repeat it with addresses of objects."""
    reason: BaseException = problem
    while (inner := reason.__cause__ or reason.__context__) is not None:
        reason = inner
    return str(reason) or type(reason).__name__

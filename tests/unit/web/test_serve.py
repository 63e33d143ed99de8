"""Serving on this machine's own address: begins, answers, ends, and leaves the port free."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from node.errors import ConfigurationError, PortInUse
from node.web.app import create_app
from node.web.serve import MOST_SENT, Server, serve
from tests.support.web_world import WebWorld, unproved

HERE = "127.0.0.1"


def app_that_waits(seconds: float) -> Flask:
    app = Flask("waits")

    @app.get("/")
    def slow() -> str:
        time.sleep(seconds)
        return "done " * 50_000

    return app


@contextmanager
def running(server: Server) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield thread
    finally:
        server.stop()
        thread.join(15)
        assert not thread.is_alive()


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  the test's own server
        content: bytes = answer.read()
    return content


def test_it_serves_on_a_free_port_and_gives_it_back(world: WebWorld) -> None:
    server = Server(create_app(world, unproved), HERE, 0)
    with running(server):
        assert b"October 2026" in fetch(server.url)
    with socket.create_server((HERE, server.port)):
        pass


def test_an_answer_under_way_is_finished_before_it_ends() -> None:
    server = Server(app_that_waits(0.6), HERE, 0)
    got: list[bytes] = []
    with running(server) as thread:
        reader = threading.Thread(target=lambda: got.append(fetch(server.url)))
        reader.start()
        time.sleep(0.2)
        server.stop()
        thread.join(10)
        reader.join(10)
    assert got == [b"done " * 50_000]


def test_a_body_larger_than_any_form_is_not_taken(world: WebWorld) -> None:
    server = Server(create_app(world, unproved), HERE, 0)
    with running(server), socket.create_connection((HERE, server.port), timeout=10) as caller:
        caller.sendall(f"POST / HTTP/1.1\r\nHost: {HERE}\r\nContent-Length: {MOST_SENT + 1}\r\n\r\n".encode())
        assert caller.recv(100).split(b" ")[1] == b"413"


def test_a_taken_port_is_said_to_be_taken(world: WebWorld) -> None:
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} on 127.0.0.1 is in use"):
            serve(create_app(world, unproved), HERE, port, lambda _: None)


def test_an_address_of_another_machine_is_a_wrong_setting(world: WebWorld) -> None:
    with pytest.raises(ConfigurationError, match=r"192\.0\.2\.1"):
        Server(create_app(world, unproved), "192.0.2.1", 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_the_old_handlers_are_back(world: WebWorld, number: int) -> None:
    before = signal.getsignal(number)
    said: list[str] = []

    def report(message: str) -> None:
        said.append(message)
        if message.startswith("serving"):
            threading.Timer(0.2, os.kill, (os.getpid(), number)).start()

    serve(create_app(world, unproved), HERE, 0, report)
    assert said[0].startswith("serving http://127.0.0.1:")
    assert said[1:] == ["stopped"]
    assert signal.getsignal(number) is before

"""A real server on a real socket, and clients that send slowly, or nothing, or too much."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from shared.web import bodies
from shared.web.entrance import Entrance, guard
from shared.web.server import connection
from shared.web.server.serve import served
from tests.patience import PATIENCE

IDLE = 200
HEAD = b"POST /size HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connection, "HEADER_SECONDS", 0.5)
    monkeypatch.setattr(bodies, "SECONDS", 0.5)
    app = FastAPI()
    guard(app, Entrance({"/": 1_000}))

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    server = uvicorn.Server(served(app))
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def connected(port: int, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.sendall(sent)
    return client


def told(client: socket.socket) -> bytes:
    """Everything that comes until the server closes."""
    found = b""
    while piece := client.recv(65_536):
        found += piece
    return found


def posted(port: int, body: bytes) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}/size", content=body, timeout=PATIENCE)


@pytest.mark.parametrize(
    "sent",
    [b"", HEAD, HEAD + b"Content-Length: 9\r\n\r\n{"],
    ids=["nothing", "half the headers", "half the body"],
)
def test_two_hundred_slow_connections_stop_nobody_and_are_ended(port: int, sent: bytes):
    with ExitStack() as open_ones:
        idle = [open_ones.enter_context(connected(port, sent)) for _ in range(IDLE)]
        assert posted(port, b"{}").json() == 2
        for client in idle:
            answer = told(client)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
    assert posted(port, b"{}").json() == 2


def test_a_byte_now_and_then_does_not_keep_a_connection(port: int):
    with (
        connected(port, b"GET /size HTTP/1.1\r\n") as client,
        pytest.raises((ConnectionError, BrokenPipeError)),
    ):
        trickled(client)


def trickled(client: socket.socket) -> None:
    """A header line now and then, for as long as a test waits."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        client.sendall(b"X-A: a\r\n")
        time.sleep(0.1)


def test_a_slow_body_is_told_so(port: int):
    with connected(port, b"POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{") as client:
        answer = told(client)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"too_slow"' in answer


def test_headers_have_a_limit(port: int):
    much = b"GET /size HTTP/1.1\r\nX: " + b"a" * (2 * connection.HEADER_BYTES)
    with connected(port, much) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 400")


def test_who_declares_too_much_is_answered_before_it_is_sent(port: int):
    head = b"POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n"
    with connected(port, head) as client:
        answer = b""
        while not answer.endswith(b"}"):
            answer += client.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"1,000 bytes" in answer
        client.sendall(b" " * 5_000)
        assert told(client) == b""


def test_who_sends_all_of_it_reads_the_answer(port: int):
    for _ in range(5):
        assert posted(port, b" " * 5_000_000).status_code == 413


def test_who_asks_first_is_not_told_to_send(port: int):
    head = b"POST /size HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n"
    with connected(port, head) as client:
        assert told(client).startswith(b"HTTP/1.1 413")


def test_one_connection_too_many_is_told_when_to_come_back(
    port: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 1)
    with connected(port, b""), connected(port, b"") as second:
        answer = told(second)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 1" in answer

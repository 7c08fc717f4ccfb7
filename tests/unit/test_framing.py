"""Requests that two readers could take for different ones, sent as bytes to a real server, and what
a page of another origin or another name sends.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI, Request

from shared.access.actions import Action
from shared.web.access import allowed
from shared.web.entrance import Door, Entrance, guard
from shared.web.server.serve import served
from tests.unit.access.issuing import token, verifier

LINE = "POST /size HTTP/1.1"
JSON = "Content-Type: application/json"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = FastAPI()
    names = frozenset({"127.0.0.1", "localhost", "[::1]", "pa.plan.example"})
    guard(app, Entrance(door=Door(verifier(), names)))

    @app.post("/size", dependencies=[allowed(Action.READ_INTERFACE)])
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/size", dependencies=[allowed(Action.READ_INTERFACE)])
    def none() -> int:
        return 0

    @app.get("/metrics", dependencies=[allowed(Action.READ_METRICS)])
    @app.get("/healthz")
    def probed() -> str:
        return "probed"

    server = uvicorn.Server(served(app))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def bearer() -> str:
    return f"Authorization: Bearer {token()}"


def answered(port: int, *lines: str, body: bytes = b"", end: str = "\r\n") -> bytes:
    """Everything that comes until the server closes, or says nothing any more."""
    head = end.join([*lines, "Connection: close", "", ""]).encode("latin-1")
    return told(port, head + body)


def told(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(sent)
        found = b""
        while piece := client.recv(65_536):
            found += piece
    return found


def status(answer: bytes) -> int:
    """The status of the only answer."""
    assert answer.count(b"HTTP/1.1 ") == 1
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"cache-control: no-store" in head
    assert b"x-content-type-options: nosniff" in head
    assert b"access-control-" not in head
    return int(answer.split()[1])


HOST = "Host: 127.0.0.1"
FRAMINGS = {
    "a length and a coding": ["Content-Length: 4", "Transfer-Encoding: chunked"],
    "a coding and a length": ["Transfer-Encoding: chunked", "Content-Length: 4"],
    "the same length twice": ["Content-Length: 2", "Content-Length: 2"],
    "two lengths": ["Content-Length: 2", "Content-Length: 3"],
    "lengths in a list": ["Content-Length: 2, 2"],
    "a coding twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "a folded length": ["Content-Length:", " 2"],
    "a folded header": ["X-A: a", "\tb", "Content-Length: 2"],
    "a folded first header": [" X-A: a", "Content-Length: 2"],
    "a space before the colon": ["Content-Length : 2"],
    "a length with a sign": ["Content-Length: +2"],
    "a length of minus two": ["Content-Length: -2"],
    "a length in hexadecimal": ["Content-Length: 0x2"],
    "another coding": ["Transfer-Encoding: gzip, chunked"],
    "a coding in disguise": ["Transfer-Encoding: \x0bchunked"],
    "a carriage return within": ["X-A: a\rContent-Length: 9", "Content-Length: 2"],
    "no name": [": a", "Content-Length: 2"],
}


@pytest.mark.parametrize("kind", FRAMINGS)
def test_ambiguous_framing_is_refused_and_ends_the_connection(port: int, bearer: str, kind: str):
    smuggled = b"{}" + f"\r\nGET /size HTTP/1.1\r\n{HOST}\r\n{bearer}\r\n\r\n".encode()
    answer = answered(port, LINE, HOST, bearer, JSON, *FRAMINGS[kind], body=smuggled)

    assert status(answer) in {400, 501}


def test_a_coding_in_the_old_protocol_is_refused(port: int, bearer: str):
    old = "POST /size HTTP/1.0"
    body = b"2\r\n{}\r\n0\r\n\r\n"
    answer = answered(port, old, HOST, bearer, JSON, "Transfer-Encoding: chunked", body=body)

    assert status(answer) == 400


def test_lines_that_end_otherwise_are_refused(port: int, bearer: str):
    assert status(answered(port, "GET /size HTTP/1.1", HOST, bearer, end="\n")) == 400


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (["Content-Length: 2"], b"{}"),
        (["Transfer-Encoding: chunked"], b"2\r\n{}\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n"),
    ],
    ids=["length", "chunks", "chunks with a trailer"],
)
def test_clear_framing_is_taken(port: int, bearer: str, lines: list[str], body: bytes):
    answer = answered(port, LINE, HOST, bearer, JSON, *lines, body=body)

    assert (status(answer), answer[-1:]) == (200, b"2")


HOSTS = {
    "another name": "Host: evil.example",
    "another name and our port": "Host: evil.example:8080",
    "our name before another": "Host: 127.0.0.1.evil.example",
    "another name before ours": "Host: evil.example.127.0.0.1",
    "a user of our name": "Host: 127.0.0.1@evil.example",
    "another's user": "Host: evil.example@127.0.0.1",
    "a path": "Host: 127.0.0.1/evil.example",
    "our address as a number": "Host: 2130706433",
    "our address in hexadecimal": "Host: 0x7f.0.0.1",
    "our address abbreviated": "Host: 127.1",
    "every address": "Host: 0.0.0.0",
    "a dot at the end": "Host: localhost.",
    "a port that is none": "Host: 127.0.0.1:80x",
    "two ports": "Host: 127.0.0.1:80:81",
    "nothing": "Host:",
    "another address of six": "Host: [::2]",
    "our address of six without brackets": "Host: ::1",
    "a zone": "Host: [::1%25lo]",
}


@pytest.mark.parametrize("kind", HOSTS)
def test_a_name_that_is_not_ours_is_refused(port: int, bearer: str, kind: str):
    answer = answered(port, "GET /size HTTP/1.1", HOSTS[kind], bearer)

    assert status(answer) in {400, 421}
    assert b"size" not in answer


@pytest.mark.parametrize("sent", [[HOST, "Host: evil.example"], [HOST, HOST], []])
def test_not_exactly_one_name_is_refused(port: int, bearer: str, sent: list[str]):
    assert status(answered(port, "GET /size HTTP/1.1", *sent, bearer)) == 400


def test_the_old_protocol_without_a_name_is_refused(port: int, bearer: str):
    assert status(answered(port, "GET /size HTTP/1.0", bearer)) == 421


def test_no_other_header_names_the_host(port: int, bearer: str):
    lines = ["X-Forwarded-Host: 127.0.0.1", "Forwarded: host=127.0.0.1"]
    answer = answered(port, "GET /size HTTP/1.1", HOSTS["another name"], *lines, bearer)

    assert status(answer) == 421


def test_a_name_in_the_request_line_is_no_way_round(port: int, bearer: str):
    line = "GET http://evil.example/size HTTP/1.1"

    assert status(answered(port, line, HOST, bearer)) == 404


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "LocalHost:1", "[::1]:8080", "pa.plan.example"]
)
def test_each_of_our_names_is_taken_whatever_the_port(port: int, bearer: str, host: str):
    assert status(answered(port, "GET /size HTTP/1.1", f"Host: {host}", bearer)) == 200


def test_a_probe_is_answered_by_any_name_and_metrics_only_to_a_token(port: int, bearer: str):
    elsewhere = HOSTS["another name"]

    assert status(answered(port, "GET /healthz HTTP/1.1", elsewhere)) == 200
    assert status(answered(port, "GET /metrics HTTP/1.1", elsewhere)) == 421
    assert status(answered(port, "GET /metrics HTTP/1.1", elsewhere, bearer)) == 403
    assert status(answered(port, "GET /metrics HTTP/1.1", HOST)) == 200
    assert status(answered(port, "GET /metrics HTTP/1.1", HOST, "X-Forwarded-For: 10.0.0.1")) == 401


WRITE = [LINE, HOST, "Content-Length: 2"]
PAGES = {
    "another site": ["Sec-Fetch-Site: cross-site"],
    "another port of this machine": ["Sec-Fetch-Site: same-site"],
    "two answers": ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"],
    "an unknown answer": ["Sec-Fetch-Site: other"],
    "another origin": ["Origin: https://evil.example"],
    "another port": ["Origin: http://127.0.0.1:1"],
    "no origin": ["Origin: null"],
    "two origins": ["Origin: http://127.0.0.1", "Origin: https://evil.example"],
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_another_origin_writes_nothing(port: int, bearer: str, kind: str):
    answer = answered(port, *WRITE, bearer, JSON, *PAGES[kind], body=b"{}")

    assert status(answer) == 403
    assert b"cross_site" in answer


@pytest.mark.parametrize(
    "lines",
    [
        ["Sec-Fetch-Site: same-origin", "Origin: http://127.0.0.1"],
        ["Sec-Fetch-Site: none"],
        ["Origin: http://127.0.0.1"],
        [],
    ],
    ids=str,
)
def test_our_own_page_and_a_program_write(port: int, bearer: str, lines: list[str]):
    assert status(answered(port, *WRITE, bearer, JSON, *lines, body=b"{}")) == 200


MEDIA = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/reports+json",
    "application/csp-report",
    "text/plain; application/json",
    "",
]


@pytest.mark.parametrize("media", MEDIA)
def test_a_body_that_a_page_may_send_without_asking_is_refused(port: int, bearer: str, media: str):
    lines = [f"Content-Type: {media}"] if media else []
    own = "Sec-Fetch-Site: same-origin"

    assert status(answered(port, *WRITE, bearer, own, *lines, body=b"{}")) == 415


def test_a_page_that_asks_first_is_not_told_that_it_may(port: int):
    lines = [
        "OPTIONS /size HTTP/1.1",
        HOST,
        "Origin: https://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization",
    ]

    assert status(answered(port, *lines)) == 401


def test_who_is_not_known_is_answered_before_the_body(port: int):
    lines = [LINE, HOST, JSON, "Content-Length: 9000", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall("\r\n".join(lines).encode())
        answer = b""
        while not answer.endswith(b"}"):
            answer += client.recv(65_536)

    assert status(answer) == 401
    assert b"connection: close" in answer.lower()

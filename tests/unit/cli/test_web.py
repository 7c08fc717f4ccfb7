"""A server that is none of ours answers a command: it is told of in a sentence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from cli.services import web
from shared.access.principal import Role
from shared.errors import Unavailable


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], str]]:
    """A server that answers one request with these bytes; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer(content: bytes) -> str:
            def once() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(content)

            threading.Thread(target=once, daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}/v1/lanes"

        yield answer


@pytest.mark.parametrize(
    "content",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff",
        b"",
    ],
)
def test_what_is_no_service_of_ours_is_told_of(answering: Callable[[bytes], str], content: bytes):
    url = answering(content)

    with pytest.raises(Unavailable, match=r"no service of priorauth\. Name the service's address"):
        web.get(url, Role.NURSE)


@pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"HTTP/1.1 503 X\r\n\r\n"])
def test_what_is_no_service_of_ours_does_not_answer(
    answering: Callable[[bytes], str], content: bytes
):
    assert not web.answers(answering(content))


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"resourceType": "OperationOutcome", "issue": 7}'])
def test_a_refusal_that_is_no_problem_document_has_its_status(
    answering: Callable[[bytes], str], body: bytes
):
    length = str(len(body)).encode()
    url = answering(b"HTTP/1.1 404 Gone away\r\nContent-Length: " + length + b"\r\n\r\n" + body)

    assert web.get_if_there(url, Role.NURSE) is None

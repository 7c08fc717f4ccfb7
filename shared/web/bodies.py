"""Reads a request's body before its route sees it: JSON, whole within a time, no larger and no more
complex than its path allows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Malformed
from shared.json_bounds import admit, too_large
from shared.web.problems import Problem, answer_to

MOST_BYTES = 64 * 1024
"""Of a body whose path says nothing else."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of all bodies that a process holds at a time: each alone may be small enough."""
SECONDS, DRAINED_SECONDS = 30.0, 10.0
DRAINED_BYTES = 64 * 1024 * 1024
"""Read and dropped of a body that was refused: a client that is still sending when the connection
closes loses the answer.
"""
WITHOUT = frozenset({"GET", "HEAD", "OPTIONS"})
MEDIA = ("application/json", "application/fhir+json")
"""No other `+json`: browsers send some of those across origins without asking."""
JSON_TYPES = ", ".join(MEDIA)


class _ClientGoneError(Exception):
    """Nobody waits for an answer."""


class Bodies:
    """`most` is how many bytes a body may have, by the beginning of its path."""

    def __init__(self, app: ASGIApp, most: Mapping[str, int]) -> None:
        self._app = app
        self._most = most
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on requests whose bodies can be taken; answers the others."""
        if scope["type"] != "http" or scope["method"] in WITHOUT:
            await self._app(scope, receive, send)
            return
        chunks: list[bytes] = []
        try:
            body = await self._body(scope, receive, chunks)
            await self._app(scope, _replayed(body, receive), send)
        except _Refused as refused:
            answer = answer_to(scope, refused.why)
            await (_cut_off(answer) if refused.unread else answer)(scope, receive, send)
        except _ClientGoneError:
            return
        finally:
            self._held -= sum(map(len, chunks))

    async def _body(self, scope: Scope, receive: Receive, chunks: list[bytes]) -> bytes:
        headers = Headers(scope=scope)
        most = next((n for path, n in self._most.items() if scope["path"].startswith(path)), None)
        try:
            _check_media(headers)
            await self._read(headers, receive, chunks, MOST_BYTES if most is None else most)
        except (Malformed, Problem) as refused:
            raise _Refused(refused, unread=True) from None
        body = b"".join(chunks)
        try:
            admit(body)
        except Malformed as refused:
            raise _Refused(refused) from None
        return body

    async def _read(
        self, headers: Headers, receive: Receive, chunks: list[bytes], most: int
    ) -> None:
        """Fills `chunks` with the body."""
        if _declared(headers) > most:
            raise too_large(most)
        size, more = 0, True
        try:
            async with asyncio.timeout(SECONDS):
                while more:
                    chunk, more = _part(await receive())
                    size += len(chunk)
                    if size > most:
                        raise too_large(most)
                    self._hold(chunk, chunks)
        except TimeoutError:
            raise _too_slow() from None

    def _hold(self, chunk: bytes, chunks: list[bytes]) -> None:
        if self._held + len(chunk) > MOST_HELD:
            raise busy("The service holds as many requests as it can.")
        self._held += len(chunk)
        chunks.append(chunk)


class _Refused(Exception):
    """A body that was not taken, and why; `unread` if the client may be sending it still."""

    def __init__(self, why: Malformed | Problem, *, unread: bool = False) -> None:
        super().__init__()
        self.why, self.unread = why, unread


def unread(scope: Scope, why: Exception) -> ASGIApp:
    """The refusal of a request whose body nobody has read, if it has one."""
    headers, answer = Headers(scope=scope), answer_to(scope, why)
    return _cut_off(answer) if _declared(headers) or "transfer-encoding" in headers else answer


def busy(detail: str) -> Problem:
    """The refusal of a request that a moment later would be taken."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail, {"Retry-After": "1"})


def _too_slow() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_TIMEOUT,
        "too_slow",
        f"The body did not arrive within {SECONDS:.0f} seconds.",
    )


def _check_media(headers: Headers) -> None:
    """Refuses bodies that say that they are no JSON, or compressed; one that says nothing is taken
    for JSON.
    """
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "content_encoding",
            "The body is compressed. Send it without Content-Encoding.",
            {"Accept-Encoding": "identity"},
        )
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    # A page that names no type is stopped by no browser before it sends; programs may leave it out.
    from_page = "origin" in headers or "sec-fetch-site" in headers
    if media not in MEDIA and (media or from_page):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            f"The body is not said to be JSON. Send it as one of {JSON_TYPES}.",
            {"Accept": JSON_TYPES},
        )


def _declared(headers: Headers) -> int:
    """The length that the sender declares; 0 without one."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _is_sending(headers: Headers) -> bool:
    """Whether the client sends a body of bearable length, and does not ask before it does."""
    asks = "100-continue" in headers.get("expect", "").lower()
    return 0 < _declared(headers) <= DRAINED_BYTES and not asks


def _part(message: Message) -> tuple[bytes, bool]:
    """A piece of the body, and whether there is more."""
    if message["type"] == "http.disconnect":
        raise _ClientGoneError
    return message.get("body", b""), message.get("more_body", False)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What gives the body whole, and then whatever comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _cut_off(answer: Response) -> ASGIApp:
    """Gives an answer at once, and then reads what the client is still sending."""
    # What is left of the body would be taken for the next request.
    answer.headers["Connection"] = "close"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        start = {"status": answer.status_code, "headers": answer.raw_headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": bytes(answer.body), "more_body": True})
        if answer.status_code != HTTPStatus.REQUEST_TIMEOUT and _is_sending(Headers(scope=scope)):
            with suppress(TimeoutError, _ClientGoneError):
                async with asyncio.timeout(DRAINED_SECONDS):
                    while _part(await receive())[1]:
                        pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app

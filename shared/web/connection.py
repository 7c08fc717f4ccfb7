"""One HTTP connection with deadlines: who sends slowly, or reads slowly, does not keep it."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from shared.web.framing import UnambiguousBuffer

HEADER_SECONDS = 10.0
"""From the connection, or the last answer, until the headers of a request are there."""
READING_SECONDS = 60.0
"""How long a client may leave an answer unread."""
KEPT_SECONDS = 5
HEADER_BYTES = 32 * 1024
MOST_CONNECTIONS = 700
"""Below the 1,024 files that a process may have open by default, with room for stores and Kafka."""
FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\n"
BAD = b"HTTP/1.1 400 Bad Request\r\n"
END = (
    b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class Connection(H11Protocol):
    """The server's own protocol, which has a deadline for idle connections alone, and none for
    those that send a byte now and then.
    """

    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a connection if there is room for it."""
        super().connection_made(transport)
        # Nothing has been received yet, and h11 has no other place to look at a head as it came.
        self.conn._receive_buffer = UnambiguousBuffer()  # noqa: SLF001
        if len(self.connections) > MOST_CONNECTIONS:
            transport.write(FULL + END)
            transport.close()
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the deadlines."""
        self._forget_late()
        self._forget_unread()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what came, and looks whether the headers are there."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """From here on the next request is waited for."""
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it tells nothing
        """Answers what is no request, unless an answer is being given, and ends the connection."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.transport.write(BAD + END)
        self.transport.close()

    def pause_writing(self) -> None:
        """The client does not read; from here on it has so many seconds."""
        super().pause_writing()
        self._unread = self.loop.call_later(READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        self._forget_unread()
        super().resume_writing()

    def _watch(self) -> None:
        """Sets the deadline for headers, unless it runs or a request is being worked."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._forget_late()
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(HEADER_SECONDS, self._too_late)

    def _too_late(self) -> None:
        self._late = None
        if self.transport.is_closing():
            return
        # Who never began gets no answer: a client that keeps connections ready would take it for
        # that to its next request.
        if self.conn.trailing_data[0]:
            self.transport.write(LATE + END)
        self.transport.close()

    def _forget_late(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

"""Refuses requests that two readers could take for different ones (RFC 9112, 5.2, 6.1 and 6.3):
what stands before a service may see one request where the service sees two.
"""

from __future__ import annotations

from h11 import RemoteProtocolError
from h11._receivebuffer import ReceiveBuffer

AMBIGUOUS = "ambiguous message framing"
LENGTH, CODING = b"content-length", b"transfer-encoding"


class UnambiguousBuffer(ReceiveBuffer):
    """What a connection has received. The server's own reader joins folded lines, takes the length
    given twice once, and ignores it beside a transfer coding; here each of these ends the
    connection.
    """

    _taken = b""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """The lines of a request's head, or of a trailer, once they are whole."""
        lines = super().maybe_extract_lines()
        if lines and not is_clear(self._taken, lines):
            raise RemoteProtocolError(AMBIGUOUS)
        return lines

    def _extract(self, count: int) -> bytearray:
        taken: bytearray = super()._extract(count)
        self._taken = bytes(taken)
        return taken


def is_clear(taken: bytes, lines: list[bytearray]) -> bool:
    """Whether a head, as it came and by lines, can be read in one way alone."""
    names = [bytes(line.partition(b":")[0]).lower() for line in lines[1:]]
    lengths = [bytes(line) for line, name in zip(lines[1:], names, strict=True) if name == LENGTH]
    coded = names.count(CODING)
    return (
        # A line that ends otherwise is a line for some readers alone.
        taken.count(b"\n") == taken.count(b"\r\n") == taken.count(b"\r")
        and not any(bytes(line[:1]) in (b" ", b"\t") for line in lines)
        and len(lengths) + coded <= 1
        and not any(b"," in length for length in lengths)
        and not (coded and lines[0].endswith(b"HTTP/1.0"))
    )

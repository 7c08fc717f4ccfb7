"""Makes the ends of a PDF file's streams unambiguous."""

from __future__ import annotations

import re

_OPEN_END = re.compile(rb"\r\nendstream\nendobj\n")
_TABLE = re.compile(rb"xref\n0 \d+\n((?:\d{10} \d{5} [nf][ \r]\n)+)")


def seal(pdf: bytes) -> bytes:
    """The file with every stream whose last byte is a carriage return ended by both end-of-line
    characters.

    Before a line feed that byte reads as part of the end-of-line, and the stream as one byte
    shorter than it says (PDF/A, ISO 19005-2, 6.1.7.1). One byte is inserted for each such stream,
    and the cross-reference table moves with it.
    """
    ends = [found.start() + 1 for found in _OPEN_END.finditer(pdf)]
    if not ends:
        return pdf
    start = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split(b"\n", 1)[0])
    table = _TABLE.match(pdf, start)
    if table is None:
        return pdf
    moved = b"".join(_moved(line, ends) for line in table[1].splitlines(keepends=True))
    parts = [pdf[begin:end] for begin, end in zip([0, *ends], [*ends, start], strict=True)]
    tail = pdf[start : table.start(1)] + moved + pdf[table.end(1) :]
    return b"\r".join(parts) + tail.replace(
        b"startxref\n%d\n" % start, b"startxref\n%d\n" % (start + len(ends))
    )


def _moved(line: bytes, ends: list[int]) -> bytes:
    """An entry of the table behind the bytes inserted before it."""
    offset = int(line[:10])
    return (
        b"%010d" % (offset + sum(end <= offset for end in ends)) + line[10:]
        if line[17:18] == b"n"
        else line
    )

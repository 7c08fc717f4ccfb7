"""What every outsider's JSON must be before anybody parses it: small, of few tokens, shallow,
UTF-8, without U+0000.
"""

from __future__ import annotations

import codecs
from itertools import accumulate

from shared.errors import Malformed
from shared.json_text import ESCAPED_NUL

MAX_VALUE = 10 * 1024 * 1024 - 8192
"""Bytes of a record's value: what topics and producer take (10 MiB), less room for key, headers and
frame.
"""
MAX_TOKENS = 50_000
MAX_DEPTH = 100
_CHUNK = 64 * 1024
_MARKS = b'{}[],:"\\'
_NO_MARKS = bytes(byte for byte in range(256) if byte not in _MARKS)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS = {byte: 1 if byte in b"[{" else -1 for byte in b"[]{}"}


def admit(raw: bytes, most: int = MAX_VALUE) -> bytes:
    """Refuses bytes that no parser should see: `too_large`, `too_complex`, `too_deep`, `not_utf8`,
    `null_character`. Linear in their length, at the speed of C. Gives the tokens, if they had to be
    looked at, for `members`; else nothing.

    Tokens are strings, the brackets `{}` and `[]`, commas and colons. A string is one token however
    long it is. Numbers, `true`, `false` and `null` are not counted: each ends at one that is.
    """
    if len(raw) > most:
        raise too_large(most)
    tokens = _check_structure(raw)
    if not raw.isascii():
        _check_text(raw)
    if b"\x00" in raw or (b"\\u0000" in raw and ESCAPED_NUL.search(raw)):
        raise Malformed("The content holds the character U+0000.", code="null_character")
    return tokens


def members(raw: bytes, tokens: bytes = b"") -> int:
    """How many members the objects of JSON have, those that stand twice included."""
    return (tokens or _tokens(raw)).count(b":")


def unmarked(raw: bytes) -> bytes:
    """The bytes without a byte order mark, which a reader may ignore (RFC 8259, section 8.1)."""
    return raw.removeprefix(codecs.BOM_UTF8)


def too_large(most: int) -> Malformed:
    """The refusal of content of more than `most` bytes."""
    return Malformed(
        f"The content is larger than {most:,} bytes, which is the limit here.", code="too_large"
    )


def _check_structure(raw: bytes) -> bytes:
    """Refuses too many tokens or levels: memory and time of parsing go by them, not by bytes. The
    tokens, if they had to be told from the marks in strings; else nothing.
    """
    tokens = b""
    # In strings too, so at most as many tokens: the rest of the work is for the few that have more.
    marks = raw.translate(None, _NO_MARKS)
    if len(marks) > MAX_TOKENS:
        marks = tokens = _tokens(raw)
        if len(marks) > MAX_TOKENS:
            raise Malformed(
                f"The content has more than {MAX_TOKENS:,} tokens (strings, brackets, commas, "
                "colons). Send a smaller request; a document attached as base64 is one token.",
                code="too_complex",
            )
    opened = marks.count(b"{") + marks.count(b"[")
    if opened > MAX_DEPTH:
        tokens = tokens or _tokens(raw)
    if opened > MAX_DEPTH and _depth(tokens) > MAX_DEPTH:
        raise Malformed(f"The content is nested deeper than {MAX_DEPTH} levels.", code="too_deep")
    return tokens


def _tokens(raw: bytes) -> bytes:
    """The tokens in order, a byte each: a string is a quotation mark. What is no JSON gives other
    tokens only behind the place where a parser stops.
    """
    if b"\\" in raw:
        # Pairs first: a quotation mark behind an even number of them is a string's end.
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = raw.translate(None, _NO_MARKS)
    if marks.count(b'"') > 2 * MAX_TOKENS:
        return marks
    return b'"'.join(marks.split(b'"')[::2])


def _depth(tokens: bytes) -> int:
    """The most levels that brackets open."""
    brackets = tokens.translate(None, _NO_BRACKETS)
    return max(accumulate(_STEPS[byte] for byte in brackets), default=0)


def _check_text(raw: bytes) -> None:
    """Refuses bytes that are no UTF-8, a piece at a time: whole, one rare character would make a
    text of four bytes for each.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _CHUNK):
            decoder.decode(raw[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Malformed("The content is not UTF-8.", code="not_utf8") from None

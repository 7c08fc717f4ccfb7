"""The text of a PDF file as typst writes it: a few lines instead of a library, enough to find what
a letter says.
"""

from __future__ import annotations

import re
import zlib
from functools import reduce

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"(.*?)\n?stream\n(.*?)\r?\nendstream", re.DOTALL)
PLAIN = rb"(?:\\.|[^\\()]"
LITERAL = reduce(lambda inner, _: PLAIN + rb"|\(" + inner + rb"\))*", range(12), PLAIN + rb")*")
SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|(\(" + LITERAL + rb"\)|<[0-9A-Fa-f]*>)|(\bBT\b)", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All text in drawing order, without white space and break marks, so that line breaks do not
    matter.
    """
    return "".join("".join(pieces_of(pdf)).replace("\u200b", "").split())


def pieces_of(pdf: bytes) -> list[str]:
    """The text in drawing order, in pieces that are each drawn on one line."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    pages = [
        re.search(rb"/Resources (\d+) 0 R.*/Contents (\d+) 0 R", body)
        for body in objects.values()
        if b"/Type/Page/" in body
    ]
    return [
        piece
        for page in pages
        if page
        for piece in _page(_stream(objects[int(page[2])]), _maps(objects, int(page[1])))
    ]


def _maps(objects: dict[int, bytes], resources: int) -> dict[bytes, dict[int, str]]:
    return {
        name: _unicode(objects, int(font))
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", objects[resources])
    }


def _stream(body: bytes) -> bytes:
    found = STREAM.match(body)
    assert found is not None
    return zlib.decompressobj().decompress(found[2]) if b"FlateDecode" in found[1] else found[2]


def _unicode(objects: dict[int, bytes], font: int) -> dict[int, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    cmap = _stream(objects[int(found[1])]) if found else b""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n", cmap)
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}


def _page(drawn: bytes, maps: dict[bytes, dict[int, str]]) -> list[str]:
    font: dict[int, str] = {}
    adverse_digest: list[list[str]] = []
    for name, string, begin in SHOWN.findall(re.sub(rb"<<.*?>>BDC", b"", drawn, flags=re.DOTALL)):
        if begin:
            adverse_digest.append([])
        elif name:
            font = maps[name]
        else:
            raw = (
                bytes.fromhex(string[1:-1].decode())
                if string[:1] == b"<"
                else ESCAPED.sub(_unescaped, string[1:-1])
            )
            adverse_digest[-1] += [
                font.get(int.from_bytes(raw[at : at + 2], "big"), "")
                for at in range(0, len(raw), 2)
            ]
    return ["".join(piece) for piece in adverse_digest]


def _unescaped(found: re.Match[bytes]) -> bytes:
    mark = found[1]
    return bytes([int(mark, 8)]) if mark.isdigit() else SIMPLE.get(mark, mark)

"""The CloudEvents 1.0 envelope in Kafka's binary mode: everything about an event but its data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from shared.errors import Malformed
from shared.ids import case_of, parsed, text_of

CONTENT_TYPE = "application/json"
LONGEST = 1_000
"""Characters of a header of an outsider's that is read."""
UNREADABLE = "pa_unreadable"
"""Stands, without a value, for all headers of a record of which one has a name that is not UTF-8:
the client gives none of them.
"""
CausalClock = dict[str, int]


class Envelope(NamedTuple):
    """The headers of one of our own events.

    `clock` counts events per case and producer: what the writer had applied, itself included.
    """

    id: UUID
    type: str
    time: str
    case_id: UUID
    producer: str
    clock: CausalClock
    prev: str
    causation: str


def pack(envelope: Envelope) -> bytes:
    """The headers as stored in an outbox: names and values in turn, one a line, ASCII."""
    ident, kind, time, case_id, producer, clock, prev, causation = envelope
    case, own = text_of(case_id), str(ident)
    counts = f"{producer}={clock[producer]}"
    for name, count in clock.items():
        if name != producer:
            counts += f";{name}={count}"
    return (
        f"ce_specversion\n1.0\nce_id\n{own}\nce_source\n/priorauth/{producer}\n"
        f"ce_type\n{kind}\nce_time\n{time}\nce_subject\n{case}\ncontent-type\n{CONTENT_TYPE}\n"
        f"ce_caseclock\n{counts}\nce_prev\n{prev}\nce_causationid\n{causation}\n"
        f"ce_correlationid\n{case}\n"
        f"traceparent\n00-{case.replace('-', '')}-{own.replace('-', '')[:16]}-01"
    ).encode("ascii")


def headers_of(packed: bytes) -> list[tuple[str, str | bytes | None]]:
    """Packed headers as Kafka takes them."""
    parts = packed.split(b"\n")
    return list(zip(map(_name, parts[::2]), parts[1::2], strict=True))


@lru_cache(256)
def _name(name: bytes) -> str:
    """Names are few, and the same for each event."""
    return name.decode("ascii")


def pack_headers(headers: dict[str, str]) -> bytes:
    """Any ASCII headers in the packed form; raises `Malformed` for what cannot be a header."""
    text = "\n".join(f"{name}\n{value}" for name, value in headers.items())
    if text.count("\n") != 2 * len(headers) - 1 or not text.isascii():
        raise Malformed("A header is not one line of ASCII.", code="header")
    return text.encode("ascii")


def text_headers(headers: tuple[tuple[str, bytes | None], ...]) -> dict[str, str]:
    """Headers of a record as text; raises `Malformed` when a value is missing, or a name or value
    is not ASCII or holds control characters.
    """
    if not headers:
        return {}
    names, values = zip(*headers, strict=True)
    try:
        whole = b"\n".join(values).decode("ascii")
    except (TypeError, UnicodeDecodeError) as error:
        raise Malformed("A header has no value or is not ASCII.", code="header") from error
    texts = whole.split("\n")
    every = "".join(names) + "".join(texts)
    if len(texts) != len(names) or not (every.isprintable() and every.isascii()):
        raise Malformed("A header holds control characters.", code="header")
    return dict(zip(names, texts, strict=True))


def named_headers(
    headers: Iterable[tuple[str, bytes | None]], names: Collection[str]
) -> dict[str, str]:
    """Those of a record's headers that have one of these names, the last where several have it; the
    others are not looked at. Raises `Malformed` for one that is no line of printable ASCII of up to
    `LONGEST` characters, and where the client could not tell the names.
    """
    chosen = {name: value for name, value in headers if name in names or name == UNREADABLE}
    return {name: _line(name, value) for name, value in chosen.items()}


def type_of(headers: tuple[tuple[str, bytes | None], ...]) -> str:
    """What a record says that it is (`ce_type`), by the same rule; empty where it says nothing."""
    last = next((value for name, value in reversed(headers) if name == "ce_type"), None)
    return (last or b"").decode("ascii", "replace")


def _line(name: str, value: bytes | None) -> str:
    text = None if value is None else value.decode("ascii", "replace")
    if text is None or len(text) > LONGEST or not (text.isascii() and text.isprintable()):
        raise Malformed(f"The header {name} cannot be read.", code="header")
    return text


def unpack(headers: tuple[tuple[str, bytes | None], ...]) -> Envelope:
    """The envelope of one of our own events; raises `Malformed` when it is not one."""
    h = text_headers(headers)
    try:
        own, *others = h["ce_caseclock"].split(";")
        producer, count = own.split("=")
        clock: CausalClock = {producer: int(count)}
        for entry in others:
            name, _, value = entry.partition("=")
            clock[name] = int(value)
        return Envelope(
            parsed(h["ce_id"]),
            h["ce_type"],
            h["ce_time"],
            case_of(h["ce_subject"]),
            producer,
            clock,
            h.get("ce_prev", ""),
            h["ce_causationid"],
        )
    except (KeyError, ValueError) as error:
        raise Malformed(
            "The headers are not those of an event of this platform.", code="envelope"
        ) from error

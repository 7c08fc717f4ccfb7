"""How a record becomes an entry: what of it is in the leaf, and how its headers are packed without
losing a byte.

The leaf's content, of which no two different entries share one: `2` (the format), p, n, offset,
timestamp and at, a line each; topic, type and time, each as `LENGTH:TEXT` (in characters; empty
where a header does not give it, or not as printable ASCII); event id and case id in hexadecimal
(`-` for none) and the commitment to the value, a line each; then the packed headers, to the end.
The commitment is SHA-256(salt || value): whoever holds the row can check it with no secret, and the
leaf alone reveals nothing; of an entry without a value it is `-` and the salt. The salt (16 bytes,
neither more nor less) follows from a secret key and the place in the log.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from shared.events.audit import ACCESS
from shared.lanes.state.record import Record

SALT = 16
UUID_TEXT = 36
UUID_BYTES = 16
SHORT, MANY = 1000, 1000
READ = ("ce_type", "ce_time", "ce_id", "ce_subject", "ce_caseclock")
Headers = tuple[tuple[str, bytes | None], ...]
Shape = tuple[bytes, tuple[int, int, int, int, int]]
_SHAPES: dict[tuple[tuple[str, ...], tuple[int, ...]], Shape] = {}


def salt_key(secret: bytes, p: int) -> bytes:
    """The key (32 bytes) of a lane's salts."""
    return hmac.digest(secret, b"priorauth audit salt\x00%d" % p, "sha256")


def entry(record: Record, n: int, at: int, key: bytes, *, producer: str = "") -> dict[str, Any]:
    """The entry's columns, its leaf hash among them; `at` in microseconds since 1970 (UTC).

    `producer` is whose event the record can be: of another's, or an outsider's, the headers are
    kept and say nothing, or anybody could write into the timeline of a case. Takes any bytes
    whatever.
    """
    topic, p, offset, timestamp, record_key, headers, value = record
    packed, (kind, time, event, case, clock) = _read(record_key, headers)
    # A look at a case is told by whichever service was looked into, and changes no timeline.
    if topic != ACCESS and (not producer or not clock.startswith(f"{producer}=")):
        kind, time, event, case = "", "", None, None
    salt = sha256(key + n.to_bytes(8, "big")).digest()[:SALT]
    seal = f"-{salt.hex()}" if value is None else sha256(salt + value).hexdigest()
    ids = f"{event.hex() if event else '-'}\n{case.hex() if case else '-'}"
    line = (
        f"2\n{p}\n{n}\n{offset}\n{timestamp}\n{at}\n{len(topic)}:{topic}{len(kind)}:{kind}"
        f"{len(time)}:{time}{ids}\n{seal}\n"
    )
    return {
        "p": p,
        "n": n,
        "topic": topic,
        "offset": offset,
        "timestamp": timestamp,
        "at": at,
        "type": kind,
        "event_id": event,
        "case_id": case,
        "time": time,
        "headers": packed,
        "salt": salt,
        "value": value,
        "leaf": sha256(b"\x00" + line.encode() + packed).digest(),
    }


def content(row: dict[str, Any]) -> bytes:
    """The leaf's content, from a stored entry's columns: what `leaf` is the RFC 6962 leaf hash
    of.
    """
    salt, value = row["salt"], row["value"]
    seal = f"-{salt.hex()}" if value is None else sha256(salt + value).hexdigest()
    numbers = "".join(f"{row[name]}\n" for name in ("p", "n", "offset", "timestamp", "at"))
    texts = "".join(f"{len(row[name])}:{row[name]}" for name in ("topic", "type", "time"))
    ids = "".join(f"{row[name].hex() if row[name] else '-'}\n" for name in ("event_id", "case_id"))
    return f"2\n{numbers}{texts}{ids}{seal}\n".encode() + bytes(row["headers"])


def _read(
    key: bytes | None, headers: Headers
) -> tuple[bytes, tuple[str, str, bytes | None, bytes | None, str]]:
    """Key and headers packed; and what five of the headers say: type, time, event id, case id,
    clock.

    Packed are the names' lengths and the names, then the lengths of key and values (`-` where there
    is none) and those.
    """
    names, values = zip(*headers, strict=True) if headers else ((), ())
    widths = (
        -1 if key is None else len(key),
        *[-1 if value is None else len(value) for value in values],
    )
    shape, (kind, time, event, case, clock) = _SHAPES.get((names, widths)) or _shape(names, widths)
    packed = (
        b"".join((shape, key or b"", *values))
        if min(widths) >= 0
        else b"".join([shape, *filter(None, (key, *values))])
    )
    values = (*values, None)
    return packed, (
        _text(values[kind]),
        _text(values[time]),
        _uuid(values[event]),
        _uuid(values[case]),
        _text(values[clock]),
    )


def unpack(packed: bytes) -> tuple[bytes | None, Headers]:
    """The key and headers that an entry packed."""
    widths, _, rest = packed.partition(b"\n")
    spread, rest = _cut(widths, rest)
    names = [name.decode("utf-8", "surrogatepass") for name in spread if name is not None]
    widths, _, rest = rest.partition(b"\n")
    values, _ = _cut(widths, rest)
    return values[0], tuple(zip(names, values[1:], strict=True))


def _shape(names: tuple[str, ...], widths: tuple[int, ...]) -> Shape:
    """Names and lengths packed, and where the read headers are (their last occurrence; else one
    place past the last value).

    Producers repeat them, so they are remembered: short ones, so that no sender can fill the
    memory.
    """
    encoded = [name.encode("utf-8", "surrogatepass") for name in names]
    spread, lengths = (
        ",".join("-" if width < 0 else str(width) for width in each)
        for each in (map(len, encoded), widths)
    )
    places = {name: i for i, name in enumerate(names)}
    kind, time, event, case, clock = (places.get(name, len(names)) for name in READ)
    shape = (
        b"%b\n%b%b\n" % (spread.encode(), b"".join(encoded), lengths.encode()),
        (kind, time, event, case, clock),
    )
    if len(shape[0]) < SHORT:
        if len(_SHAPES) >= MANY:
            _SHAPES.clear()
        _SHAPES[names, widths] = shape
    return shape


def _cut(widths: bytes, rest: bytes) -> tuple[Sequence[bytes | None], bytes]:
    """The pieces of the given widths, and what follows them."""
    pieces: list[bytes | None] = []
    at = 0
    for width in widths.split(b",") if widths else ():
        if width == b"-":
            pieces.append(None)
            continue
        pieces.append(rest[at : at + int(width)])
        at += int(width)
    return pieces, rest[at:]


def _text(value: bytes | None) -> str:
    """A header as text; nothing where it is not printable ASCII (the packed headers still have its
    bytes).
    """
    if value is None or not value.isascii():
        return ""
    text = value.decode("ascii")
    return text if text.isprintable() else ""


def _uuid(value: bytes | None) -> bytes | None:
    """The 16 bytes of a UUID in a header, or nothing."""
    if value is None or len(value) != UUID_TEXT:
        return None
    try:
        found = bytes.fromhex(value.replace(b"-", b"").decode("ascii"))
    except ValueError:
        return None
    return found if len(found) == UUID_BYTES else None

"""Seals: what shows a reader that an event comes from the service whose topic it is on.

A record's header `pa_seal` has one seal for each reader, `KEY_NAME:MAC`, with commas between them.
The MAC is HMAC-SHA256 (RFC 2104, its first 128 bits) over the SHA-256 of all of the envelope that
readers act on, the partition and the value, with a key that only the producer and that reader have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from operator import itemgetter
from typing import Any

from shared.access.service_keys import key_name
from shared.events.envelope import headers_of
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry

HEADER = "pa_seal"
UNSEALED = "unsealed"
"""The reason for which a record without its producer's seal is parked."""
COVERED = (
    "ce_id",
    "ce_type",
    "ce_time",
    "ce_subject",
    "ce_caseclock",
    "ce_prev",
    "ce_causationid",
)
_covered = itemgetter(*COVERED)
_BREAKS = len(COVERED) - 1
MAC_BYTES, BLOCK = 16, 64
"""Half of the hash, as RFC 2104 allows: nobody can try 2**128 seals on us."""


class SealKey:
    """HMAC-SHA256 with one key, which is hashed once and not with every seal (RFC 2104, section 4):
    the library's own takes twice as long for what is as short as this.
    """

    def __init__(self, key: bytes) -> None:
        # A longer key counts by its hash.
        block = (key if len(key) <= BLOCK else sha256(key).digest()).ljust(BLOCK, b"\0")
        self.name = key_name(key)
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def seal(self, content: bytes) -> str:
        """The seal, in hexadecimal."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(content)
        outer.update(inner.digest())
        return outer.hexdigest()[: 2 * MAC_BYTES]


def content_of(
    named: Mapping[str, str | bytes | None], partition: int, value: bytes | None
) -> bytes | None:
    """The hash that a seal is over; none where the headers are not those of an event of ours."""
    try:
        content = b"\n".join(_covered(named))
    except (KeyError, TypeError):
        return None
    # Else a seal over `x`, `y` would do for one header of both.
    return None if content.count(b"\n") != _BREAKS else _hashed(content, partition, value)


def _hashed(content: bytes, partition: int, value: bytes | None) -> bytes:
    hashed = sha256(b"%b\n%d\n" % (content, partition))
    hashed.update(value or b"")
    return hashed.digest()


@lru_cache(64)
def _layout(names: tuple[bytes, ...]) -> tuple[tuple[str, ...], Callable[[list[bytes]], Any]]:
    """The names as text, and what picks from their values those that a seal covers: the same few
    for all events. Raises `KeyError` where one is missing.
    """
    texts = tuple(name.decode("ascii") for name in names)
    places = {name: at for at, name in enumerate(texts)}
    return texts, itemgetter(*(places[name] for name in COVERED))


class Sealer:
    """Seals what a service publishes on its own topic, once for each reader; what it hands on of
    outsiders' is marked elsewhere.
    """

    def __init__(self, topic: str, keys: Iterable[bytes]) -> None:
        self._topic = topic
        self._keys = tuple(map(SealKey, keys))

    def headers(self, entry: OutboxEntry) -> list[tuple[str, str | bytes | None]]:
        """An entry's headers as they are published, sealed."""
        if entry.topic != self._topic or not self._keys:
            return headers_of(entry.headers)
        # Names and values in turn, a line each: no value can hold a line break.
        parts = entry.headers.split(b"\n")
        names, covered = _layout(tuple(parts[::2]))
        values = parts[1::2]
        content = _hashed(b"\n".join(covered(values)), entry.partition, entry.value)
        headers: list[tuple[str, str | bytes | None]] = list(zip(names, values, strict=True))
        headers.append((HEADER, self._seals(content).encode("ascii")))
        return headers

    def mark(self, named: Mapping[str, str], partition: int, value: bytes) -> str:
        """The seals of a record with these headers that goes to the topic by a door, not through an
        outbox.
        """
        headers = {name: text.encode("ascii") for name, text in named.items()}
        return self._seals(content_of(headers, partition, value) or b"")

    def _seals(self, content: bytes) -> str:
        return ",".join([f"{key.name}:{key.seal(content)}" for key in self._keys])

    def record_headers(self, entry: OutboxEntry) -> list[tuple[str, bytes | None]]:
        """The same as a consumer gets them."""
        return [
            (name, value.encode() if isinstance(value, str) else value)
            for name, value in self.headers(entry)
        ]


NO_SEALER = Sealer("", ())
"""For a replay, which nobody reads."""


class SealCheck:
    """Tells records of other services' topics that carry a seal of their producer from those that
    do not.

    `keys` are those that count for each topic. While seals are not `required`, all records pass.
    """

    def __init__(self, keys: Mapping[str, Iterable[bytes]], *, required: bool) -> None:
        self._keys = {
            topic: {key.name.encode("ascii"): key for key in map(SealKey, known)}
            for topic, known in keys.items()
        }
        self._required = required

    def begin(self, lane: Lane, topic: str, first: int) -> None:
        """From its first record on that was not there when seals were first required, a topic's
        records need one; `first` is that record's offset.
        """
        if self._required and topic in self._keys:
            lane.positions.setdefault(begin_of(topic), first)

    def passes(self, record: Record, lane: Lane) -> bool:
        """Whether the record counts as its producer's; an outsider's always passes here."""
        keys = self._keys.get(record.topic)
        if keys is None or not self._required:
            return True
        return record.offset < lane.positions.get(begin_of(record.topic), 0) or _sealed(
            record, keys
        )


NO_SEALS = SealCheck({}, required=False)
"""For a replay, whose records were checked when they were worked, and for tools that only look."""


def begin_of(topic: str) -> str:
    """Under what name a lane's positions have where a topic's seals begin."""
    return f"seals:{topic}"


def _sealed(record: Record, keys: Mapping[bytes, SealKey]) -> bool:
    named = dict(record.headers)
    seals, content = named.get(HEADER), content_of(named, record.partition, record.value)
    if seals is None or content is None:
        return False
    for seal in seals.split(b","):
        name, _, mac = seal.partition(b":")
        key = keys.get(name)
        if key is not None:
            return compare_digest(key.seal(content).encode("ascii"), mac)
    return False

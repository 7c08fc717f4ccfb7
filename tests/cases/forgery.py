"""Records as somebody writes them who got write access to a topic of ours, and perhaps its
producer's keys: with the envelope of the next event of a case, whatever they say.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from benchmarks.testbed.keys import keys_of
from shared.events.envelope import Envelope, headers_of, pack, unpack
from shared.ids import lane_of, text_of
from shared.lanes.seals import HEADER, SealKey, content_of
from tests.cases.platform import Platform

Json = dict[str, Any]


def newest(platform: Platform, topic: str, case_id: UUID, kind: str) -> Json:
    """What the newest event of a type says of a case."""
    told = [
        value
        for envelope, value in platform.events(topic)
        if (envelope.case_id, envelope.type) == (case_id, kind)
    ]
    return dict(json.loads(told[-1]))


class Forged(NamedTuple):
    """An event that somebody makes up for a case."""

    topic: str
    case_id: UUID
    kind: str
    data: Json


def forge(platform: Platform, forged: Forged, *, sealed: bool = True) -> None:
    """Writes an event to the topic as its producer would write the case's next one; `sealed` by an
    insider, who has the producer's keys.
    """
    topic, case_id, kind, data = forged
    before = [
        envelope
        for one in platform.broker.records(topic)
        if (envelope := unpack(one.headers)).case_id == case_id
    ]
    last = max(before, key=lambda one: one.clock[one.producer])
    clock = {**last.clock, last.producer: last.clock[last.producer] + 1}
    ident = uuid4()
    envelope = Envelope(
        ident, kind, last.time, case_id, last.producer, clock, last.id.hex, ident.hex
    )
    headers: list[tuple[str, bytes | None]] = [
        (name, value if isinstance(value, bytes) else (value or "").encode())
        for name, value in headers_of(pack(envelope))
    ]
    lane, value = lane_of(case_id), json.dumps(data).encode()
    if sealed:
        content = content_of(dict(headers), lane, value) or b""
        keys = map(SealKey, keys_of(last.producer).pairs.seals)
        seals = ",".join(f"{key.name}:{key.seal(content)}" for key in keys)
        headers.append((HEADER, seals.encode()))
    platform.broker.append((topic, lane), text_of(case_id).encode(), headers, value)
    platform.settle()

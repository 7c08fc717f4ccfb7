"""Records as somebody writes them who got write access to a topic of ours: with the envelope of the
next event of a case, whatever they say.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from shared.events.envelope import Envelope, headers_of, pack, unpack
from shared.ids import lane_of, text_of
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


def forge(platform: Platform, topic: str, case_id: UUID, kind: str, data: Json) -> None:
    """Writes an event to the topic as its producer would write the case's next one."""
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
    place = (topic, lane_of(case_id))
    platform.broker.append(place, text_of(case_id).encode(), headers, json.dumps(data).encode())
    platform.settle()

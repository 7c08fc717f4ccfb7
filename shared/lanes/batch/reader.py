"""Reads raw records into what the lane works: each on its own, so that a bad one never harms its
neighbours.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.errors import Impossible, Malformed
from shared.events.catalogue import BY_TYPE, PRODUCERS
from shared.events.envelope import Envelope, named_headers, unpack
from shared.events.evolution.reading import reason_of, validated
from shared.events.evolution.upcasters import UPCASTERS, Upcasters, present_type, upcast
from shared.events.model import EventData
from shared.ids import record_id
from shared.instants import EPOCH, instant
from shared.json_text import ESCAPED_NUL, misfits
from shared.lanes.outcome import Received
from shared.lanes.service import CaseService, External, HomeAddress, Rejection, Service
from shared.lanes.state.record import Record

NIL = UUID(int=0)
TYPE = "ce_type"
PROVENANCE = ORIGIN, RECEIVED, VIA, SEAL = "pa_origin", "pa_received", "pa_via", "pa_seal"


class ReadRecord:
    """A record that can be worked: its envelope (ours) or address (an outsider's), and its data if
    the service acts on it.

    `via` is the lane that handed it on, and its place in that lane's outbox.
    """

    __slots__ = (
        "address",
        "case_id",
        "data",
        "envelope",
        "failure",
        "id",
        "received_at",
        "record",
        "rejection",
        "type",
        "via",
    )

    def __init__(self, record: Record, ident: UUID, case_id: UUID, received_at: datetime) -> None:
        self.record = record
        self.id = ident
        self.case_id = case_id
        self.received_at = received_at
        self.type = ""
        self.envelope: Envelope | None = None
        self.address: HomeAddress | None = None
        self.data: Any = None
        self.rejection: Rejection | None = None
        self.failure: Malformed | Impossible | None = None
        self.via: tuple[int, int] | None = None

    def received(self) -> Received:
        """As a decision gets it: an event of ours happened when its producer says."""
        envelope = self.envelope
        return Received(
            self.id,
            self.case_id,
            self.type,
            self.data,
            datetime.fromisoformat(envelope.time) if envelope else self.received_at,
            self.received_at,
            self.record.value or b"",
        )


class Reader:
    """Turns records into items for one service; `key` seals the origin of records that are handed
    to their home lane.
    """

    def __init__(
        self,
        service: CaseService[Any],
        key: bytes,
        topic_ids: Callable[[str], str],
        *,
        broker_time: bool,
        upcasters: Upcasters = UPCASTERS,
    ) -> None:
        self._service = service
        self._key = key
        self._topic_ids = topic_ids
        self._broker_time = broker_time
        self._upcasters = upcasters
        self._wanted = {event.TYPE: event for event in service.reads}

    def read(self, record: Record, now: datetime) -> ReadRecord:
        """The item of a record; raises `Malformed` for one on our own topics whose headers cannot
        be read.
        """
        external = self._service.external.get(record.topic)
        return self._internal(record) if external is None else self._external(record, external, now)

    def aliases(self, record: Record, now: datetime) -> tuple[str, ...]:
        """The aliases by which an outsider's record looks for its case; an event has none."""
        external = self._service.external.get(record.topic)
        if external is None:
            return ()
        address = self._external(record, external, now).address
        return () if address is None else address.aliases

    def via(self, record: Record) -> tuple[int, int] | None:
        """Which lane handed an outsider's record on, and when, by its headers alone."""
        item = ReadRecord(record, NIL, NIL, EPOCH)
        if record.topic in self._service.external:
            self._unseal(item)
        return item.via

    def _internal(self, record: Record) -> ReadRecord:
        envelope = unpack(record.headers)
        if PRODUCERS.get(record.topic) != envelope.producer:
            raise Malformed("The event names another producer than its topic's.", code="producer")
        item = ReadRecord(record, envelope.id, envelope.case_id, _instant(record.timestamp))
        item.envelope, item.type = envelope, envelope.type
        try:
            item.data = self._data(envelope.type, record.value)
        except (Malformed, Impossible) as failure:
            item.failure = failure
        return item

    def _data(self, kind: str, value: bytes | None) -> EventData | None:
        """The event's data if the service acts on its type, or on the one that took its place."""
        present = present_type(kind, self._upcasters)
        if present not in BY_TYPE:
            raise Impossible("This version does not know the event type.", code="unknown-type")
        event = self._wanted.get(present)
        return (
            None if event is None else read_data(event, upcast(kind, value or b"", self._upcasters))
        )

    def _external(self, record: Record, external: External[Any], now: datetime) -> ReadRecord:
        ident = record_id(self._topic_ids(record.topic), record.partition, record.offset)
        item = ReadRecord(record, ident, ident, self._receipt(record, now))
        try:
            self._unseal(item)
            headers = named_headers(record.headers, {TYPE, *external.headers})
            item.type = headers.get(TYPE, "")
            refuse_nul(record.value or b"")
            item.data = external.read(item.type, headers, record.value or b"")
            item.address = external.address(item.data, item.id)
            item.case_id = item.address.case_id
            item.type = item.type or getattr(item.data, "TYPE", "")
        except Malformed as refused:
            item.rejection = Rejection(refused.code or "malformed", str(refused))
        # Answered like all that is malformed: parked as a bug, it would count in the breaker, and
        # one sender could stop the lane.
        except RecursionError:
            item.rejection = Rejection("nesting", "The record is nested too deeply.")
        return item

    def _receipt(self, record: Record, now: datetime) -> datetime:
        """The instant the platform first had an outsider's record: the broker's append time, or our
        own clock at first reading.
        """
        if self._broker_time:
            return _instant(record.timestamp)
        return now

    def _unseal(self, item: ReadRecord) -> None:
        """Takes id and receipt from a record that a lane of ours handed on; an outsider cannot
        forge them.
        """
        try:
            headers = named_headers(item.record.headers, PROVENANCE)
        except Malformed:
            return
        if SEAL not in headers:
            return
        provenance = (headers.get(ORIGIN, ""), headers.get(RECEIVED, ""), headers.get(VIA, ""))
        ours = seal(self._key, provenance, item.record.value or b"")
        if hmac.compare_digest(headers[SEAL], ours):
            # Its first id: one derived from this place would differ each time it is handed on.
            item.id = item.case_id = UUID(provenance[0])
            item.received_at = datetime.fromisoformat(provenance[1])
            partition, _, seq = provenance[2].partition(":")
            item.via = int(partition), int(seq)


def read_data(event: type[EventData], value: bytes | None) -> EventData:
    """The data of an event as `validated` takes it; raises `Malformed` with fields, no values."""
    refuse_nul(value or b"")
    try:
        return validated(event, value or b"")
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise Malformed(
            f"The event does not fit its schema ({misfits(errors, 'document')}).",
            code=reason_of(errors),
        ) from None


def refuse_nul(value: bytes) -> None:
    """Raises `Malformed` for JSON with U+0000 in a text: PostgreSQL refuses it, SQLite takes it."""
    if b"\\u0000" in value and ESCAPED_NUL.search(value):
        raise Malformed("A text holds U+0000.", code="nul")


def seal(key: bytes, provenance: tuple[str, str, str], value: bytes) -> str:
    """Proof that one of our lanes handed on a record of this content with this id and receipt, from
    this place.
    """
    return hmac.new(
        key,
        "\x1f".join(("forward", *provenance, "")).encode() + hashlib.sha256(value).digest(),
        hashlib.sha256,
    ).hexdigest()


@lru_cache(1_024)
def _instant(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=max(0, milliseconds))


def refusal(error: Malformed | Impossible) -> tuple[str, str]:
    """Reason and detail of a parked record for an error that will not pass."""
    return error.code or type(error).__name__, str(error)


def illegible(service: Service, record: Record) -> str:
    """The reason for which the record would be parked or rejected at reading; empty if it can be
    read.
    """
    if not isinstance(service, CaseService):
        return ""
    try:
        item = Reader(service, b"", lambda _: "", broker_time=True).read(record, instant(0))
    except (Malformed, Impossible) as error:
        return refusal(error)[0]
    except Exception as error:  # noqa: BLE001 - a bug in reading is what an operator looks for here
        return f"bug ({type(error).__name__})"
    if item.failure is not None:
        return refusal(item.failure)[0]
    return item.rejection.code if item.rejection is not None else ""

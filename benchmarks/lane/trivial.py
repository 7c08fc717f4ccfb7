"""A service that decides in no time, and the events that it reads: each adds one to its case's
count and is answered with one event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel

from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.envelope import Envelope, headers_of, pack
from shared.events.intake import INTAKE, RequestCancelled
from shared.events.request import Urgency
from shared.ids import derive, home_partition
from shared.lanes.outcome import Emit, Outcome, Received
from shared.lanes.service import CaseService

NAMESPACE = UUID("0f6f0c1e-6a3b-5d55-9d0c-5a4a2f1f2b77")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENTS_A_CASE = 5


class Count(BaseModel):
    """The state of a case."""

    n: int = 0


class Input(NamedTuple):
    """A record to produce."""

    partition: int
    key: bytes
    headers: list[tuple[str, str | bytes | None]]
    packed: bytes
    value: bytes


def service() -> CaseService[Count]:
    """Called criteria, because topics have one owner each; it shares nothing else with it."""
    return CaseService(
        name="criteria",
        topic=CRITERIA,
        consumes=(INTAKE,),
        state=Count,
        decide=decide,
        reads=frozenset({RequestCancelled}),
    )


def decide(
    _reference: object, state: Count | None, received: Received, now: datetime
) -> Outcome[Count]:
    """Counts, and says so."""
    answer = ReviewRequested(
        evaluation_id=received.id,
        lines=(1,),
        reason="counted",
        urgency=Urgency.STANDARD,
        due_at=now,
    )
    return Outcome(Count(n=(state.n if state else 0) + 1), (Emit(answer),))


def case(n: int) -> UUID:
    """The id of a case."""
    return derive(NAMESPACE, str(n))


def events(count: int, first: int = 0) -> Iterator[Input]:
    """Events of `count / EVENTS_A_CASE` cases from case `first` on, in rounds of a thousand cases,
    so that those of a case lie apart.
    """
    cases = count // EVENTS_A_CASE
    for low in range(first, first + cases, 1_000):
        previous = dict[int, UUID]()
        for turn in range(1, EVENTS_A_CASE + 1):
            for n in range(low, min(low + 1_000, first + cases)):
                yield _event(case(n), turn, previous, n)


def _event(case_id: UUID, turn: int, previous: dict[int, UUID], n: int) -> Input:
    ident = derive(case_id, str(turn))
    before = previous[n].hex if n in previous else ""
    previous[n] = ident
    packed = pack(
        Envelope(
            ident,
            RequestCancelled.TYPE,
            AT.isoformat(),
            case_id,
            "intake",
            {"intake": turn},
            before,
            ident.hex,
        )
    )
    value = (
        RequestCancelled(submission_id=ident, version=turn, received_at=AT)
        .model_dump_json()
        .encode()
    )
    return Input(
        home_partition(case_id.bytes), str(case_id).encode(), headers_of(packed), packed, value
    )

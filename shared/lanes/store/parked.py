"""Parked events as operators see them: found, shown, and asked for once more.

Whatever is asked for is done by the lane's owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, tuple_, update

from shared.lanes.state.case import WAITING
from shared.lanes.state.record import Record
from shared.lanes.store.rows import held_of, turn_of
from shared.lanes.store.tables import ParkedRow, table_of

APPLIED, FAILED, HELD, PENDING = "applied", "failed", "held", "pending"
PARKED = table_of(ParkedRow).c
PLACE = tuple_(PARKED.topic, PARKED.p, PARKED.offset)


class RecordRef(NamedTuple):
    """Where a record stands in Kafka; prints as `pa.intake.v1/3/17`."""

    topic: str
    p: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.p}/{self.offset}"


class ParkedEntry(NamedTuple):
    """A held record without its content; `at` is in microseconds since 1970 (UTC)."""

    ref: RecordRef
    case_id: UUID | None
    reason: str
    at: int
    requeued: bool


class ParkedRecord(NamedTuple):
    """One held record with its bytes; `detail` names fields and types, never values."""

    entry: ParkedEntry
    detail: str
    record: Record


@dataclass(frozen=True, slots=True)
class ParkedFilter:
    """Which held records are meant: of a case, with a reason, or all."""

    case_id: UUID | None = None
    reason: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The choice in SQL."""
        return [
            column == value
            for column, value in ((PARKED.case_id, self.case_id), (PARKED.reason, self.reason))
            if value is not None
        ]


class Parked:
    """The `parked` table of one service, over connections that are not the engine's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reasons(self, choice: ParkedFilter) -> dict[str, int]:
        """How many records are held for each reason."""
        counted = (
            select(PARKED.reason, func.count())
            .where(*choice.conditions())
            .group_by(PARKED.reason)
            .order_by(PARKED.reason)
        )
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def page(self, choice: ParkedFilter, after: RecordRef | None, most: int) -> list[ParkedEntry]:
        """Up to `most` held records in the order of their places, from behind `after` on."""
        later = [tuple_(*after) < PLACE] if after else []
        return self._entries(
            _listed().where(*choice.conditions(), *later).order_by(*PLACE.clauses).limit(most)
        )

    def record(self, ref: RecordRef) -> ParkedRecord | None:
        """A held record, or none."""
        columns = (
            PARKED.p,
            PARKED.topic,
            PARKED.offset,
            PARKED.reason,
            PARKED.detail,
            PARKED.at,
            PARKED.requeued,
            PARKED.headers,
            PARKED.value,
        )
        with self._engine.connect() as connection:
            row = connection.execute(select(PARKED.case_id, *columns).where(_in([ref]))).first()
        if row is None:
            return None
        held = held_of(tuple(row)[1:])
        return ParkedRecord(
            ParkedEntry(ref, row[0], held.reason, held.at, held.requeued), held.detail, held.record
        )

    def requeue(self, cases: Sequence[UUID], refs: Sequence[RecordRef]) -> list[RecordRef]:
        """Asks for everything that is parked of these cases, and for these records that have no
        case, to be tried again; says what was asked for.

        A record that only waits for its cause is left to wait.
        """
        # Only marked here: a lane's owner alone may change its cases.
        condition = and_(
            or_(PARKED.case_id.in_(cases), and_(PARKED.case_id.is_(None), _in(refs))),
            PARKED.reason != WAITING,
        )
        with self._engine.begin() as connection:
            connection.execute(update(PARKED.topic.table).where(condition).values(requeued=True))
            rows = connection.execute(
                _listed().where(condition, PARKED.requeued).order_by(*PLACE.clauses)
            ).all()
        return [_entry(row).ref for row in rows]

    def outcomes(self, refs: Sequence[RecordRef]) -> dict[RecordRef, str]:
        """What became of records that were asked for: applied, failed, held (behind one that
        failed, or until its cause comes), or pending.
        """
        held = self._entries(_listed().where(_in(refs)))
        cases = {entry.case_id for entry in held if entry.case_id is not None}
        outcomes = _outcomes_of(
            [*(entry for entry in held if entry.case_id is None), *self._in_turn(cases)]
        )
        return {ref: outcomes.get(ref, APPLIED) for ref in refs}

    def _in_turn(self, cases: Iterable[UUID]) -> list[ParkedEntry]:
        """What is held of these cases, in the order in which it is tried."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                _listed().add_columns(PARKED.headers).where(PARKED.case_id.in_(list(cases)))
            ).all()
        return [
            _entry(row)
            for row in sorted(
                rows, key=lambda row: (turn_of(row.headers), row.at, row.topic, row.offset)
            )
        ]

    def _entries(self, query: Select[tuple[object, ...]]) -> list[ParkedEntry]:
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _outcomes_of(entries: Iterable[ParkedEntry]) -> dict[RecordRef, str]:
    """The outcome of what is still held, given in turn: the first of a case that blocks has failed,
    and the rest is held.
    """
    failed: set[UUID] = set()
    outcomes: dict[RecordRef, str] = {}
    for entry in entries:
        if entry.requeued:
            outcomes[entry.ref] = PENDING
        elif entry.reason == WAITING or entry.case_id in failed:
            outcomes[entry.ref] = HELD
        else:
            outcomes[entry.ref] = FAILED
            failed |= {entry.case_id} if entry.case_id else set()
    return outcomes


def _listed() -> Select[tuple[object, ...]]:
    return select(
        PARKED.topic,
        PARKED.p,
        PARKED.offset,
        PARKED.case_id,
        PARKED.reason,
        PARKED.at,
        PARKED.requeued,
    )


def _entry(row: Sequence[object]) -> ParkedEntry:
    topic, p, offset, case_id, reason, at, requeued, *_ = cast(
        "tuple[str, int, int, UUID | None, str, int, bool]", tuple(row)
    )
    return ParkedEntry(RecordRef(topic, p, offset), case_id, reason, at, requeued)


def _in(refs: Sequence[RecordRef]) -> ColumnElement[bool]:
    return PLACE.in_([tuple(ref) for ref in refs])

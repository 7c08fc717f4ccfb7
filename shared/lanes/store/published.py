"""Reference data as operators see it: the newest set, and what became of each publication."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from shared.lanes.state.reference import ReferenceEntry, ReferenceItem, ReferenceSet
from shared.lanes.store.tables import (
    PublicationRow,
    ReferenceHeadRow,
    ReferenceItemRow,
    ReferenceSetRow,
)

MOST = 100
"""Publications that the list has."""


class PublishedReference:
    """Reads a service's store, beside the lanes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> ReferenceSet:
        """The newest set; empty before there is one."""
        with Session(self._engine) as session:
            head = session.exec(select(ReferenceHeadRow)).first()
            row = session.get(ReferenceSetRow, head.sha256) if head is not None else None
        return ReferenceSet.read(row.entries) if row is not None else ReferenceSet()

    def items(self, entries: Iterable[ReferenceEntry]) -> tuple[ReferenceItem, ...]:
        """The items of entries."""
        with Session(self._engine) as session:
            rows = [session.get(ReferenceItemRow, entry.sha256) for entry in entries]
            return tuple(ReferenceItem(row.kind, row.id, row.content) for row in rows if row)

    def publications(self) -> list[PublicationRow]:
        """The last publications, the newest first."""
        with Session(self._engine) as session:
            chosen = select(PublicationRow).order_by(col(PublicationRow.at).desc())
            return list(session.exec(chosen.limit(MOST)).all())

    def publication(self, record: UUID) -> PublicationRow | None:
        """What became of a publication, or none while nobody has read it."""
        with Session(self._engine) as session:
            return session.get(PublicationRow, record)

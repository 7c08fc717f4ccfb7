"""The toy services' own tables, and toy audit, which is nothing but one of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.lanes.outcome import LaneBatch, Row
from shared.lanes.service import Folded, LaneService


class NoteRow(SQLModel, table=True):
    """What toy intake keeps of each submission: a text, and the bytes of the event that it
    published.
    """

    __tablename__ = "toy_note"

    submission_id: UUID = Field(primary_key=True)
    text: str
    event: bytes = Field(sa_type=LargeBinary)


class EntryRow(SQLModel, table=True):
    """One record in the toy audit."""

    __tablename__ = "toy_entry"
    __table_args__ = ({"info": {"insert_only": True}},)

    p: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary)


def audit(unwanted: frozenset[bytes] = frozenset()) -> LaneService:
    """Toy audit: keeps every record, and counts; a value in `unwanted` comes to a row that no store
    takes.
    """

    def fold(state: bytes | None, batch: LaneBatch) -> Folded:
        count = int(state or b"0")
        rows = tuple(
            Row(
                "toy_entry",
                {
                    "p": batch.p,
                    "n": count + i,
                    "value": None if record.value in unwanted else record.value or b"",
                },
            )
            for i, record in enumerate(batch.records)
        )
        return Folded(str(count + len(batch.records)).encode(), rows)

    return LaneService(
        name="audit",
        topic="pa.audit.v1",
        consumes=(SUBMISSIONS, INTAKE),
        fold=fold,
        tables=(EntryRow,),
    )

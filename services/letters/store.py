"""Reads of the letters' store, for the HTTP interface."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.letters.tables import DocumentRow, LetterRow


def letters_of(engine: Engine, case_id: UUID) -> list[tuple[LetterRow, list[DocumentRow]]]:
    """A case's letters in the order of their notices, each with the documents that exist so far."""
    with Session(engine) as session:
        letters = session.exec(
            select(LetterRow)
            .where(LetterRow.case_id == case_id)
            .order_by(col(LetterRow.issued_at), col(LetterRow.notice_id), col(LetterRow.audience))
        ).all()
        documents = _documents(session, [letter.letter_id for letter in letters])
        return [
            (letter, [one for one in documents if one.letter_id == letter.letter_id])
            for letter in letters
        ]


def document(engine: Engine, letter_id: UUID, form: str) -> DocumentRow | None:
    """One rendering of a letter, if it exists."""
    with Session(engine) as session:
        return session.get(DocumentRow, (letter_id, form))


def _documents(session: Session, letter_ids: list[UUID]) -> Sequence[DocumentRow]:
    """The documents of some letters, by format."""
    return session.exec(
        select(DocumentRow)
        .where(col(DocumentRow.letter_id).in_(letter_ids))
        .order_by(col(DocumentRow.format))
    ).all()

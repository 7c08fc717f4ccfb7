"""Reads of the letters' store, for the HTTP interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.letters.decide import RENDER
from services.letters.tables import DocumentRow, LetterRow
from shared.lanes.store.tables import TaskRow


class StoredLetter(NamedTuple):
    """A letter with the documents that exist so far, and why it cannot be rendered: a code or the
    type of the error, none while nothing is wrong.
    """

    row: LetterRow
    documents: list[DocumentRow]
    render_failed: str | None


class StoredDocument(NamedTuple):
    """A rendering of a letter, and the case that it belongs to."""

    case_id: UUID
    document: DocumentRow


def letters_of(engine: Engine, case_id: UUID) -> list[StoredLetter]:
    """A case's letters in the order of their notices."""
    with Session(engine) as session:
        letters = session.exec(
            select(LetterRow)
            .where(LetterRow.case_id == case_id)
            .order_by(col(LetterRow.issued_at), col(LetterRow.notice_id), col(LetterRow.audience))
        ).all()
        documents = _documents(session, [letter.letter_id for letter in letters])
        failures = _failures(session, case_id)
        return [
            StoredLetter(
                letter,
                [one for one in documents if one.letter_id == letter.letter_id],
                failures.get(str(letter.letter_id)),
            )
            for letter in letters
        ]


def document(engine: Engine, letter_id: UUID, form: str) -> StoredDocument | None:
    """One rendering of a letter, if it exists."""
    with Session(engine) as session:
        document = session.get(DocumentRow, (letter_id, form))
        letter = session.get(LetterRow, letter_id)
        return StoredDocument(letter.case_id, document) if letter and document else None


def _failures(session: Session, case_id: UUID) -> dict[str, str]:
    """Why letters of a case keep failing to be rendered, by the letter's id.

    Read from the tasks that are still open, and no state of the letter: a failure is no fact of the
    case that a replay must give again, any replica can answer, and the task's row takes it along
    when the letter is rendered after all.
    """
    rows = session.exec(
        select(TaskRow.key, TaskRow.error).where(
            TaskRow.case_id == case_id, TaskRow.kind == RENDER, TaskRow.error != ""
        )
    )
    return dict(rows.all())


def _documents(session: Session, letter_ids: list[UUID]) -> Sequence[DocumentRow]:
    """The documents of some letters, by format."""
    return session.exec(
        select(DocumentRow)
        .where(col(DocumentRow.letter_id).in_(letter_ids))
        .order_by(col(DocumentRow.format))
    ).all()

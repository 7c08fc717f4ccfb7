"""What the log remembers: reads for the HTTP side, and the one write that is not a lane's, a
checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy
from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlmodel import Session, col, select

from services.audit.log import checkpoint, merkle, note
from services.audit.log.proof import inclusion
from services.audit.model import Head
from services.audit.tables import CheckpointRow, EntryRow, SubtreeRow
from shared.errors import Impossible, Unavailable
from shared.events.audit import ACCESS
from shared.lanes.store.tables import LaneStateRow, table_of

Engine: TypeAlias = sqlalchemy.Engine

NOT_THE_CONTENT = (OperationalError, InterfaceError, InternalError, ProgrammingError)
"""Connection, locks, disk, a session that the server ended, a missing table or right."""
TILE = 8
"""Levels of a tree that one read covers: 256 hashes."""


class Sealed(NamedTuple):
    """A checkpoint as it was signed: `size` counts entries of all lanes; `root` (32 bytes) is the
    log of checkpoints' root.
    """

    size: int
    root: bytes
    note: str


class Snapshot(NamedTuple):
    """The log at one moment: lane heads, subtree roots, checkpoints (n, note, frontier), and
    entries (columns in order, by rising p and n).
    """

    heads: tuple[Head, ...]
    subtrees: dict[tuple[int, int, int], bytes]
    checkpoints: list[tuple[int, str, bytes]]
    entries: Iterator[tuple[Any, ...]]


class LogStore:
    """The log in its database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heads(self, session: Session) -> tuple[Head, ...]:
        """Every lane's head as it is now, by rising p."""
        trees = [
            (row.p, merkle.unpack(row.state))
            for row in session.exec(select(LaneStateRow).order_by(col(LaneStateRow.p)))
        ]
        return tuple(Head(p, tree.size, merkle.root(tree)) for p, tree in trees if tree.size)

    def now(self) -> tuple[tuple[Head, ...], str | None]:
        """The lanes' heads, and the last checkpoint's note."""
        with Session(self._engine) as session:
            last = self._last(session)
            return self.heads(session), last.note if last else None

    def has(self, signed: str) -> bool:
        """Whether a signed checkpoint is one of the log's. Raises Unavailable while the store does
        not answer.
        """
        try:
            with Session(self._engine) as session:
                row = session.get(CheckpointRow, checkpoint.unchecked(signed).size - 1)
                return row is not None and row.note == signed
        except NOT_THE_CONTENT as error:
            raise _unanswered() from error

    def seal(self, by: note.Signer, at: int) -> Sealed | None:
        """Signs and stores a checkpoint of what is committed; nothing when nothing is new, or
        another process was first.

        Raises Unavailable while the store does not answer or is full.
        """
        try:
            return self._sealed(by, at)
        except NOT_THE_CONTENT as error:
            raise _unanswered() from error

    def _sealed(self, by: note.Signer, at: int) -> Sealed | None:
        with Session(self._engine) as session:
            # The last checkpoint is read before the heads: they can then only be later than it.
            last = self._last(session)
            heads = self.heads(session)
            before = checkpoint.unchecked(last.note).heads if last else ()
            checkpoint.follows(before, heads)
            if heads == before:
                return None
            grown, made = checkpoint.grow(
                merkle.unpack(last.frontier if last else None), at, heads, by.name
            )
            sealed = Sealed(sum(head.size for head in heads), made.root, checkpoint.sign(made, by))
            session.add(
                CheckpointRow(n=made.size - 1, note=sealed.note, frontier=merkle.pack(grown))
            )
            try:
                session.commit()
            except IntegrityError:
                return None
            return sealed

    def timeline(self, case_id: UUID) -> list[EntryRow]:
        """The case's entries in the order of their times, a repeated event once; who looked at it
        is told apart.
        """
        found = self._of(case_id, EntryRow.topic != ACCESS)
        first: dict[Any, EntryRow] = {}
        for row in found:
            first.setdefault((row.topic, row.event_id) if row.event_id else (row.p, row.n), row)
        return list(first.values())

    def accesses(self, case_id: UUID) -> list[EntryRow]:
        """Who looked at the case, in the order of time."""
        return self._of(case_id, EntryRow.topic == ACCESS)

    def _of(self, case_id: UUID, which: Any) -> list[EntryRow]:
        with Session(self._engine) as session:
            of_case = col(EntryRow.case_id) == case_id.bytes
            found = list(session.exec(select(EntryRow).where(of_case, which)))
        return sorted(found, key=lambda row: (_instant(row), row.p, row.n))

    def entry(self, p: int, n: int) -> EntryRow | None:
        """One entry."""
        with Session(self._engine) as session:
            return session.get(EntryRow, (p, n))

    def proof(self, p: int, n: int, size: int) -> list[bytes]:
        """What shows that entry `n` is in the first `size` of lane `p`: 32-byte hashes, the lowest
        first.
        """
        with Session(self._engine) as session:
            tiles: dict[tuple[int, int], list[bytes]] = {}

            def node(level: int, i: int) -> bytes:
                height = level // TILE * TILE
                begin = i << (level - height)
                tile = (height, begin >> TILE)
                if tile not in tiles:
                    tiles[tile] = self._tile(session, p, *tile)
                at = begin & ((1 << TILE) - 1)
                return _whole(tiles[tile][at : at + (1 << (level - height))], 1 << (level - height))

            return inclusion(n, size, node)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The whole log as it is at one moment; the entries are read once, a few thousand in memory
        at a time.
        """
        repeatable = (
            {"isolation_level": "REPEATABLE READ"}
            if self._engine.dialect.name == "postgresql"
            else {}
        )
        with (
            self._engine.connect().execution_options(**repeatable) as connection,
            Session(connection) as session,
        ):
            if not repeatable:
                connection.exec_driver_sql("BEGIN")
            checkpoints = [
                (row.n, row.note, row.frontier)
                for row in session.exec(select(CheckpointRow).order_by(col(CheckpointRow.n)))
            ]
            subtrees = {
                (row.p, row.level, row.i): row.hash for row in session.exec(select(SubtreeRow))
            }
            yield Snapshot(self.heads(session), subtrees, checkpoints, _entries(connection))

    def _last(self, session: Session) -> CheckpointRow | None:
        """The newest checkpoint."""
        return session.exec(
            select(CheckpointRow).order_by(col(CheckpointRow.n).desc()).limit(1)
        ).first()

    def _tile(self, session: Session, p: int, height: int, i: int) -> list[bytes]:
        """Up to 256 hashes of one level, from the stored leaves or subtree roots."""
        span = (i << TILE, (i + 1) << TILE)
        if height == 0:
            leaves = select(EntryRow.leaf).where(
                EntryRow.p == p, col(EntryRow.n) >= span[0], col(EntryRow.n) < span[1]
            )
            return list(session.exec(leaves.order_by(col(EntryRow.n))))
        roots = select(SubtreeRow.hash).where(
            SubtreeRow.p == p,
            SubtreeRow.level == height,
            col(SubtreeRow.i) >= span[0],
            col(SubtreeRow.i) < span[1],
        )
        return list(session.exec(roots.order_by(col(SubtreeRow.i))))


def _unanswered() -> Unavailable:
    return Unavailable(
        "The log's store does not answer or is full.", remedy="Signing will be retried."
    )


def _entries(connection: sqlalchemy.Connection) -> Iterator[tuple[Any, ...]]:
    """Every entry as a tuple of the table's columns."""
    table = table_of(EntryRow)
    every = sqlalchemy.select(table).order_by(table.c.p, table.c.n)
    for part in (
        connection.execution_options(stream_results=True, yield_per=2000)
        .execute(every)
        .partitions()
    ):
        yield from map(tuple, part)


def _whole(row: list[bytes], width: int) -> bytes:
    """The root over a full row of hashes. Raises Impossible when the store lacks some of them."""
    if len(row) != width:
        raise Impossible("The log lacks a part of the tree.", code="incomplete_tree")
    tree, _ = merkle.extend(merkle.Frontier(), row)
    return merkle.root(tree)


def _instant(row: EntryRow) -> float:
    """The event's own time in seconds since 1970; the entry's where it has none."""
    try:
        return datetime.fromisoformat(row.time).timestamp()
    except ValueError:
        return row.at / 1_000_000

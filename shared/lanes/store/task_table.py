"""The open tasks of a service's store, outside a lane's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shared.lanes.state.write_set import OpenTask
from shared.lanes.store.database import Database, uuid_of

COLUMNS = "case_id, kind, key, p, cause, payload, queue, turn, error"


class TaskTable:
    """What the table `task` says, and the one thing that is written there outside the history of a
    lane: why a task keeps failing.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def open(self, ps: Sequence[int]) -> list[OpenTask]:
        """Tasks whose results are not in yet, those of a lane in the order in which they were
        asked for.
        """
        where, values = self._db.where_in("p", ps)
        rows = self._db.query(
            # Whoever owns the lane next runs them as its last owner would ("a queue is in order").
            f"SELECT {COLUMNS} FROM task WHERE {where} ORDER BY turn, p",
            values,
        )
        return [
            OpenTask._make((uuid_of(row[0]), *row[1:4], uuid_of(row[4]), *row[5:])) for row in rows
        ]

    def is_open(self, case_id: UUID, kind: str, key: str) -> bool:
        """Whether the result of a task is still wanted."""
        where, values = self._db.where_in("case_id", [case_id])
        return bool(
            self._db.query(
                f"SELECT 1 FROM task WHERE {where} AND kind = ? AND key = ?",
                [*values, kind, key],
            )
        )

    def mark_failing(self, tasks: Sequence[OpenTask]) -> None:
        """Stores the `error` of tasks that keep failing, where they are still open as they were
        asked for.
        """
        if not tasks:
            return
        with self._db.transaction(small=True):
            for task in tasks:
                where, values = self._db.where_in("case_id", [task.case_id])
                self._db.query(
                    f"UPDATE task SET error = ? WHERE {where} AND kind = ? AND key = ? AND "
                    f"turn = ?",
                    [task.error, *values, task.kind, task.key, task.turn],
                )

"""Who owns a lane in the store, and what became of those who read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from shared.lanes.state.lane import Lane
from shared.lanes.store.database import Database
from shared.lanes.store.rows import lane_of
from shared.lanes.store.table_spec import Bulk
from shared.lanes.store.writer import Writer

LANE_COLUMNS = "p, epoch, owner, next_seq, published_seq, next_batch, last_at, claims"


class Ownership:
    """The lanes' rows but for what batches write of them."""

    def __init__(self, database: Database, writer: Writer, tables: dict[str, Bulk]) -> None:
        self._db = database
        self._writer = writer
        self._positions = tables["position"]

    def claim(self, ps: Sequence[int], owner: str, survived: Collection[int]) -> dict[int, Lane]:
        """Gives each lane a new epoch and this owner. A claim that a living process made of the
        lanes it `survived` did not end in a death: it counts no more, nor does what it noted.
        """
        db = self._db
        # Another owner may have moved the positions since.
        self._writer.forget()
        with db.transaction():
            where, values = db.where_in("p", ps)
            # Identifiers only.
            known = {row[0] for row in db.query(f"SELECT p FROM lane WHERE {where}", values)}
            # ON CONFLICT: two replicas may find a lane missing at once.
            for p in sorted(set(ps) - known):
                db.query(
                    "INSERT INTO lane VALUES (?, 0, '', 1, 0, 1, 0, 0) ON CONFLICT (p) DO NOTHING",
                    (p,),
                )
            # Locked in one order before they are updated: two replicas that claim overlapping lanes
            # would each wait for a row of the other's.
            db.query(f"SELECT p FROM lane WHERE {where} ORDER BY p{db.lock_clause()}", values)
            db.query(
                f"UPDATE lane SET epoch = epoch + 1, owner = ? WHERE {where}",
                [owner, *values],
            )
            self._forgive(sorted({*survived} & {*ps}))
            # Read under the lock, and so after the last commit that the old epoch allowed.
            return self._lanes(where, values)

    def _forgive(self, ps: Sequence[int]) -> None:
        if ps:
            where, values = self._db.where_in("p", ps)
            self._db.query(f"UPDATE lane SET claims = 0 WHERE {where}", values)
            self._db.query(f"UPDATE position SET reading = FALSE WHERE {where}", values)

    def _lanes(self, where: str, values: list[Any]) -> dict[int, Lane]:
        query = self._db.query
        rows = query(f"SELECT {LANE_COLUMNS} FROM lane WHERE {where} ORDER BY p", values)
        lanes = {row[0]: lane_of(*row) for row in rows}
        for p, topic, topic_id, offset, reading in query(
            f"SELECT p, topic, topic_id, next_offset, reading FROM position WHERE {where}",
            values,
        ):
            lanes[p].positions[topic] = offset
            lanes[p].topic_ids[topic] = topic_id
            lanes[p].suspects |= {topic} if reading else set()
        for p, state in query(f"SELECT p, state FROM lane_state WHERE {where}", values):
            lanes[p].state = bytes(state)
        return lanes

    def begin(self, lanes: dict[int, Lane]) -> None:
        """Counts the claims, in one small transaction."""
        where, values = self._db.where_in("p", sorted(lanes))
        with self._db.transaction():
            self._writer.check_epochs(lanes)
            self._db.query(f"UPDATE lane SET claims = claims + 1 WHERE {where}", values)

    def note(self, lane: Lane, topic: str) -> None:
        """Marks the position, in one small transaction; the commit that moves it on unmarks it."""
        row = lane.p, topic, lane.topic_ids.get(topic, ""), lane.positions[topic], True
        with self._db.transaction():
            self._writer.check_epochs({lane.p: lane})
            self._db.upsert(self._positions, [row])

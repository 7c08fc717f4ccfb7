"""Reference data as a service's store keeps it: items and sets, which only are added, and which set
is the newest.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.errors import Impossible, Unavailable
from shared.lanes.state.reference import ReferenceItem, ReferenceSet
from shared.lanes.state.write_set import ReferenceWrite
from shared.lanes.store.database import Database

HEAD = 1
"""The one row of `reference_head`."""


class ReferenceStore:
    """Items and sets through the lane store's connection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def head(self) -> str:
        """The newest set's hash; empty before there is one."""
        rows = self._db.query("SELECT sha256 FROM reference_head")
        return str(rows[0][0]) if rows else ""

    def load(self, sha256: str) -> ReferenceSet:
        """A set; the empty one has no hash. Raises `Impossible` for one that is not here."""
        if not sha256:
            return ReferenceSet()
        rows = self._db.query("SELECT entries FROM reference_set WHERE sha256 = ?", (sha256,))
        if not rows:
            raise Impossible(
                "The set of reference data that these decisions were made by is not in the store.",
                code="reference_set",
                remedy="Restore the tables reference_set and reference_item from a backup.",
            )
        return ReferenceSet.read(rows[0][0])

    def items(self, hashes: Iterable[str]) -> tuple[ReferenceItem, ...]:
        """Items by hash, in that order; raises `Impossible` where one is not here."""
        wanted = list(hashes)
        if not wanted:
            return ()
        where, values = self._db.where_in("sha256", wanted)
        stored = {
            sha256: ReferenceItem(kind, ident, bytes(content))
            for sha256, kind, ident, content in self._db.query(
                f"SELECT sha256, kind, id, content FROM reference_item WHERE {where}",
                values,
            )
        }
        if lacking := set(wanted) - set(stored):
            raise Impossible(
                f"{len(lacking)} items of reference data are not in the store.",
                code="reference_item",
                remedy="Restore the table reference_item from a backup.",
            )
        return tuple(stored[sha256] for sha256 in wanted)

    def write(self, change: ReferenceWrite) -> None:
        """Adds items and a set, which becomes the newest; inside a transaction that its caller
        opened. Raises `Unavailable` if another process has made another set the newest meanwhile.
        """
        db = self._db
        for item in change.items:
            db.query(
                "INSERT INTO reference_item (sha256, kind, id, content) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (sha256) DO NOTHING",
                (item.sha256, item.kind, item.id, item.content),
            )
        db.query(
            "INSERT INTO reference_set (sha256, entries) VALUES (?, ?) "
            "ON CONFLICT (sha256) DO NOTHING",
            (change.created.sha256, change.created.text),
        )
        if self._switched(change) != change.created.sha256:
            raise Unavailable(
                "Another process has published reference data at the same time.",
                code="reference_head",
                remedy="It is tried again by itself.",
            )

    def seed(self, change: ReferenceWrite) -> None:
        """`write` in a transaction of its own."""
        with self._db.transaction():
            self.write(change)

    def _switched(self, change: ReferenceWrite) -> str:
        """Makes the set the newest in place of the one that it was made from; the newest then."""
        db, (before, after) = self._db, (change.before, change.created.sha256)
        if not before:
            db.query(
                "INSERT INTO reference_head (id, sha256) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                (HEAD, after),
            )
        else:
            db.query(
                "UPDATE reference_head SET sha256 = ? WHERE id = ? AND sha256 = ?",
                (after, HEAD, before),
            )
        return self.head()

    def point(self, sha256: str) -> None:
        """Makes a set that is here the newest: for a replay, which reads what was read then."""
        self.load(sha256)
        self._db.query("DELETE FROM reference_head")
        if sha256:
            self._db.query("INSERT INTO reference_head (id, sha256) VALUES (?, ?)", (HEAD, sha256))

"""The services' stores as a run looks at them from outside: who owns which lanes, how far a service
has read, and all of it written down at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from shared.lanes.store.connect import reading_engine

PLAIN = {
    "lane": "p, next_seq, published_seq",
    "position": "p, topic, next_offset",
    "case_state": "case_id, p, seq, prev, parked",
    "parked": "p, topic, reason",
    "task": "p, kind",
}
ENTRIES = 'SELECT p, n, topic, "offset", type, event_id, case_id, value FROM entry ORDER BY p, n'
OPEN = """SELECT pid, xact_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND xact_start IS NOT NULL AND (state LIKE 'idle in transaction%' OR wait_event = 'ClientRead')"""


class Stores:
    """Reads stores by service; `urls` are their databases."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._engines: dict[str, Engine] = {
            service: reading_engine(url) for service, url in urls.items()
        }

    def rows(self, service: str, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on a service's store."""
        with self._engines[service].connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def lanes(self, service: str, owner: str) -> frozenset[int]:
        """The lanes that a replica claimed last."""
        return frozenset(
            p for p, by in self.rows(service, "SELECT p, owner FROM lane") if by == owner
        )

    def read(self, service: str, lanes: Collection[int]) -> int:
        """How many records a service has worked in some lanes."""
        return sum(
            offset
            for p, offset in self.rows(service, "SELECT p, next_offset FROM position")
            if p in lanes
        )

    def open(self, service: str) -> set[tuple[Any, ...]]:
        """Transactions on a PostgreSQL store in which the server waits for its client; none on
        SQLite.
        """
        if self._engines[service].dialect.name != "postgresql":
            return set()
        return set(self.rows(service, OPEN))

    def save(self, folder: Path) -> None:
        """Writes what a checker may want of each store as `store-<service>.jsonl`, a row a line,
        its table among its fields.
        """
        for service in self._engines:
            with (folder / f"store-{service}.jsonl").open("w") as file:
                for row in self._every(service):
                    file.write(json.dumps(row, default=str) + "\n")

    def _every(self, service: str) -> Iterator[dict[str, Any]]:
        for table, columns in PLAIN.items():
            names = columns.split(", ")
            # Names of our own.
            for row in self.rows(service, f"SELECT {columns} FROM {table}"):
                yield {"table": table} | dict(zip(names, map(_plain, row), strict=True))
        if service == "audit":
            yield from self._entries()

    def _entries(self) -> Iterator[dict[str, Any]]:
        with (
            self._engines["audit"]
            .connect()
            .execution_options(stream_results=True, yield_per=2_000) as connection
        ):
            for p, n, topic, offset, kind, event, case, value in connection.execute(text(ENTRIES)):
                found = {
                    "p": p,
                    "n": n,
                    "topic": topic,
                    "offset": offset,
                    "type": kind,
                    "event": _plain(event),
                    "case": _plain(case),
                }
                yield {
                    "table": "entry",
                    **found,
                    "sha256": hashlib.sha256(bytes(value or b"")).hexdigest(),
                }

    def close(self) -> None:
        """Closes the connections."""
        for engine in self._engines.values():
            engine.dispose()


def _plain(value: Any) -> Any:
    """Bytes and ids as hexadecimal digits without dashes, whatever the database calls them."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.hex if hasattr(value, "hex") and not isinstance(value, float) else value

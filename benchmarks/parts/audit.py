"""Measures the audit log on its own: appends and folds a second in memory, and the verification of
a SQLite file. Prints JSON.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import SQLModel, create_engine

from services.audit import verify
from services.audit.handlers import checkpoint_now, service
from services.audit.keys import trusted
from services.audit.log import merkle
from services.audit.tables import TABLES, insert_only
from shared.ids import NAMESPACE, derive
from shared.lanes.outcome import LaneBatch
from shared.lanes.state.record import Record
from shared.lanes.store.tables import LANE_TABLES, table_of
from shared.settings import Settings, load

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BATCH = 500


def main() -> None:
    """Runs all three measurements and prints them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--value", type=int, default=1200, help="bytes of a record's value")
    given = parser.parse_args()
    leaves = [merkle.leaf_hash(n.to_bytes(8, "big")) for n in range(given.events)]
    records = list(_records(given.events, given.value))
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)  # as a service's process does
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            "events": given.events,
            "value_bytes": given.value,
            "machine": platform.processor() or platform.machine(),
            "python": platform.python_version(),
            "appends_per_second": round(given.events / _best(lambda: _append(leaves))),
            "fold_us_per_record": round(
                _best(lambda: _fold(_settings(Path(folder)), records)) / given.events * 1e6, 2
            ),
            **_verified(_settings(Path(folder)), records),
        }
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")


def _best(work: Callable[[], object]) -> float:
    """The shortest of three runs, in seconds of processor time."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


def _append(leaves: Sequence[bytes]) -> None:
    """Grows a tree in batches."""
    tree = merkle.Frontier()
    for at in range(0, len(leaves), BATCH):
        tree, _ = merkle.extend(tree, leaves[at : at + BATCH])


def _fold(settings: Settings, records: Sequence[Record]) -> None:
    """Folds the records in batches, as the lane engine does."""
    fold, state = service(settings).fold, None
    for at in range(0, len(records), BATCH):
        state = fold(state, LaneBatch(0, records[at : at + BATCH], NOW)).state


def _verified(settings: Settings, records: Sequence[Record]) -> dict[str, float]:
    """Writes a log, seals it, and verifies the file."""
    path = settings.state / "audit.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine, [table_of(model) for model in (*LANE_TABLES, *TABLES)])
    folded = service(settings).fold(None, LaneBatch(0, records, NOW))
    with sqlite3.connect(path) as store:
        for statement in insert_only("sqlite"):
            store.execute(statement)
        for table in ("entry", "subtree"):
            rows = [row.values for row in folded.rows if row.table == table]
            columns = list(rows[0]) if rows else []
            names, marks = (
                ",".join(f'"{column}"' for column in columns),
                ",".join("?" * len(columns)),
            )
            store.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [tuple(row.values()) for row in rows],
            )
        store.execute("INSERT INTO lane_state VALUES (0, ?)", [folded.state])
    checkpoint_now(engine, settings, NOW)
    found: list[verify.Report] = []
    spent = _best(lambda: found.append(verify.verify_file(path, trusted(settings))))
    if not all(report.verified for report in found):
        raise SystemExit(f"the log does not verify: {found[0].problems[0]}")
    with closing(sqlite3.connect(path)) as store:
        reading = _best(lambda: deque(store.execute(verify.ENTRIES), 0))
    return {
        "verified_per_second": round(len(records) / spent),
        "of_which_reading_us_per_entry": round(reading / len(records) * 1e6, 2),
        "file_bytes_per_event": path.stat().st_size // len(records),
    }


def _records(events: int, width: int) -> Iterator[Record]:
    """Records as the other services publish them, ten to a case."""
    value = b"x" * width
    for n in range(events):
        case, event = (
            str(derive(NAMESPACE, "case", str(n // 10))),
            str(derive(NAMESPACE, "event", str(n))),
        )
        headers = {
            "ce_specversion": "1.0",
            "ce_id": event,
            "ce_source": "/priorauth/criteria",
            "ce_type": "pa.criteria.case-determined.v1",
            "ce_time": "2026-01-05T09:00:00.000000Z",
            "ce_subject": case,
            "content-type": "application/json",
            "ce_caseclock": "criteria=7;intake=5",
            "ce_prev": event,
            "ce_causationid": event,
            "ce_correlationid": case,
        }
        yield Record(
            "pa.criteria.v1",
            0,
            n,
            1_767_600_000_000,
            case.encode(),
            tuple((k, v.encode()) for k, v in headers.items()),
            value,
        )


def _settings(folder: Path) -> Settings:
    """The defaults, with the state in a folder of its own."""
    usual = load("audit")
    return Settings(
        **{name: getattr(usual, name) for name in Settings.__slots__} | {"state": folder}
    )


if __name__ == "__main__":
    main()

"""What must be true of a service's store, its events and its documents after it was disturbed,
restarted and left to finish.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from services.audit.verify import ENTRIES, verify
from shared.lanes.service import CaseService
from shared.lanes.state.record import Record
from tests.reliability.sweep.broker import records
from tests.reliability.sweep.engines import service_of
from tests.reliability.sweep.starting_points import Copy, Scene
from tests.reliability.sweep.stores import Stores
from tests.reliability.sweep.victim import RECORDS

APART = frozenset(
    {
        "lane",
        "lane_batch",
        "outbox_0",
        "outbox_1",
        "outbox_2",
        "position",
        "checkpoint",
        "alembic_version",
    }
)
"""Tables that may differ after a restart (epochs, batches, what is published); they are judged on
their own.
"""
Written = tuple[str, int, bytes | None, tuple[tuple[str, bytes | None], ...], bytes | None]


class Found(NamedTuple):
    """What a service has come to: its tables, the records that it wrote (repeats left out, in
    order, by partition), its documents by hash.
    """

    tables: dict[str, list[str]]
    written: dict[tuple[str, int], list[Written]]
    documents: dict[str, str]
    repeats: int


def found(stores: Stores, scene: Scene, copy: Copy) -> Found:
    """Reads everything."""
    before = len(records(scene.folder / RECORDS))
    written = [_written(record) for record in records(copy.folder / RECORDS)[before:]]
    by_place: dict[tuple[str, int], list[Written]] = {}
    for one in dict.fromkeys(written):
        by_place.setdefault(one[:2], []).append(one)
    tables = {
        name: sorted(map(repr, stores.rows(copy.url, f"SELECT * FROM {name}")))
        for name in stores.tables(copy.url)
        if name not in APART
    }
    return Found(tables, by_place, _documents(copy.folder), len(written) - len(set(written)))


def instants(stores: Stores, scene: Scene, copy: Copy) -> tuple[int, ...]:
    """When each batch was worked that the scene did not have yet, in microseconds since 1970."""
    query = "SELECT p, n, at FROM lane_batch"
    return tuple(
        sorted(
            at
            for _, _, at in set(stores.rows(copy.url, query)) - set(stores.rows(scene.url, query))
        )
    )


def different(is_now: Found, undisturbed: Found) -> list[str]:
    """Where it is not as if nothing had happened."""
    names = sorted(name for name, rows in undisturbed.tables.items() if is_now.tables[name] != rows)
    problems = [f"table {name} differs" for name in names]
    for place in sorted(is_now.written.keys() | undisturbed.written.keys()):
        has, should = is_now.written.get(place, []), undisturbed.written.get(place, [])
        if has != should:
            problems.append(
                f"{place[0]}/{place[1]}: lost {len(set(should) - set(has))}, too many "
                f"{len(set(has) - set(should))}, or out of order"
            )
    if is_now.documents != undisturbed.documents:
        problems.append("documents differ")
    return problems


def wrong(stores: Stores, scene: Scene, copy: Copy) -> list[str]:
    """What is torn, unread, unpublished or undone in itself, whatever it should have been."""
    checks: tuple[Callable[[Stores, Scene, Copy], list[str]], ...] = (
        _torn,
        _unread,
        _unpublished,
        _repeated,
        _untrue,
    )
    return [problem for check in checks for problem in check(stores, scene, copy)]


def unfinished(stores: Stores, scene: Scene, copy: Copy) -> list[str]:
    """What a process has left undone that ended of its own accord."""
    return _unread(stores, scene, copy)


def _torn(stores: Stores, scene: Scene, copy: Copy) -> list[str]:
    """Pages or states that cannot be read."""
    service, torn = service_of(scene.service), stores.torn(copy.url)
    problems = [f"database: {torn}"] if torn else []
    if isinstance(service, CaseService):
        for case, state in stores.rows(
            copy.url, "SELECT case_id, state FROM case_state WHERE state IS NOT NULL"
        ):
            try:
                service.state.model_validate_json(bytes(state))
            except ValueError as error:
                problems.append(f"state of {case}: {type(error).__name__}")
    return problems


def _unread(stores: Stores, scene: Scene, copy: Copy) -> list[str]:
    """Records that were not handled, positions past the end, tasks whose results are not in."""
    ends: Counter[tuple[str, int]] = Counter(
        (record.topic, record.partition) for record in records(copy.folder / RECORDS)
    )
    positions = {
        (topic, p): at
        for topic, p, at in stores.rows(copy.url, "SELECT topic, p, next_offset FROM position")
        if "<" not in topic
    }
    topics = service_of(scene.service).consumes
    places = {place for place in ends if place[0] in topics} | positions.keys()
    problems = [
        f"{place[0]}/{place[1]} is read to {positions.get(place, 0)} of {ends[place]}"
        for place in places
        if positions.get(place, 0) != ends[place]
    ]
    tasks = stores.rows(copy.url, "SELECT 1 FROM task")
    return problems + ([f"{len(tasks)} open tasks"] if tasks else [])


def _unpublished(stores: Stores, _scene: Scene, copy: Copy) -> list[str]:
    lanes = stores.rows(copy.url, "SELECT p, next_seq, published_seq FROM lane ORDER BY p")
    return [
        f"lane {p} has published {published} of {following - 1}"
        for p, following, published in lanes
        if published != following - 1
    ]


def _repeated(_stores: Stores, _scene: Scene, copy: Copy) -> list[str]:
    """Events that were published twice and not alike."""
    events = {
        (dict(record.headers).get("ce_id"), _written(record))
        for record in records(copy.folder / RECORDS)
    }
    times = Counter(ident for ident, _ in events if ident is not None)
    return [
        f"event {(ident or b'').decode()} has {count} contents"
        for ident, count in times.items()
        if count > 1
    ]


def _untrue(stores: Stores, scene: Scene, copy: Copy) -> list[str]:
    """Whether audit's log verifies, all of it signed for."""
    if scene.service != "audit":
        return []
    entries = stores.rows(copy.url, ENTRIES)
    checkpoints = stores.rows(copy.url, "SELECT n, note, frontier FROM checkpoint ORDER BY n")
    report = verify(entries, checkpoints, (copy.folder / "audit.pub").read_text().split())
    problems = [f"audit: {problem}" for problem in report.problems]
    return (
        problems
        if report.sealed == len(entries)
        else [*problems, f"audit: {report.sealed} of {len(entries)} entries are signed for"]
    )


def _written(record: Record) -> Written:
    return record.topic, record.partition, record.key, record.headers, record.value


def _documents(folder: Path) -> dict[str, str]:
    """Hashes by name; what a killed process was still writing lies beside, under a hidden name."""
    made = folder / "documents"
    paths = [
        path for path in sorted(made.rglob("*")) if path.is_file() and not path.name.startswith(".")
    ]
    return {
        str(path.relative_to(made)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }

"""Asks a service to try parked events again, case by case and no faster than told, and counts what
became of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Any

from cli.services import web
from cli.services.parked_client import WAITING, everything
from shared.access.principal import Role
from shared.clock import monotonic

Json = dict[str, Any]
Say = Callable[[int, int], None]
CASES_A_CALL = 200
ASKED_A_CALL = 1_000
EVERY = 0.25
PATIENCE = 30.0
"""Seconds without any progress after which what is still pending is left to its lane's owner."""


@dataclass(frozen=True, slots=True)
class RequeueBatch:
    """What is tried together: a case with all that is parked of it, or one record (`id`) that has
    no case.
    """

    case_id: str | None
    ids: tuple[str, ...]


def chosen(url: str, case: str | None, reason: str | None) -> list[RequeueBatch]:
    """Every case that has an event parked for the reason (for any), and every such record without a
    case; what only waits for its cause is not parked.
    """
    cases: dict[str, list[Json]] = {}
    strays: list[RequeueBatch] = []
    for record in everything(url, case):
        if record["reason"] == WAITING:
            continue
        if record["case_id"] is not None:
            cases.setdefault(record["case_id"], []).append(record)
        elif reason in (None, record["reason"]):
            strays.append(RequeueBatch(None, (record["id"],)))
    meant = {
        case_id: records
        for case_id, records in cases.items()
        if reason is None or any(one["reason"] == reason for one in records)
    }
    return [
        RequeueBatch(case_id, tuple(one["id"] for one in records))
        for case_id, records in meant.items()
    ] + strays


class Requeue:
    """One run over a service; `rate` bounds the records asked for in a second, but a case is always
    asked for whole.
    """

    def __init__(self, url: str, rate: float | None) -> None:
        self._url = url
        self._rate = rate
        self._asked: list[str] = []
        self._outcomes: dict[str, str] = {}

    def run(self, batches: list[RequeueBatch], say: Say) -> Json:
        """Asks for everything, waits for what comes of it, and counts."""
        for group in _groups(batches, self._rate):
            began = monotonic()
            self._ask(group)
            self._look()
            say(*self._progress())
            if self._rate:
                sleep(
                    max(
                        0.0,
                        sum(len(batch.ids) for batch in group) / self._rate - (monotonic() - began),
                    )
                )
        self._wait(say)
        counts = Counter(self._outcomes.values())
        return {"selected": len(self._asked)} | {
            outcome: counts[outcome] for outcome in ("applied", "failed", "held", "pending")
        }

    def _ask(self, group: list[RequeueBatch]) -> None:
        cases = [batch.case_id for batch in group if batch.case_id is not None]
        strays = [one for batch in group if batch.case_id is None for one in batch.ids]
        asked = web.post_json(
            f"{self._url}/v1/parked/requeue", {"cases": cases, "records": strays}, Role.OPERATIONS
        )["records"]
        self._asked += asked
        self._outcomes |= dict.fromkeys(asked, "pending")

    def _look(self) -> None:
        pending = [one for one, outcome in self._outcomes.items() if outcome == "pending"]
        for at in range(0, len(pending), ASKED_A_CALL):
            wanted = {"records": pending[at : at + ASKED_A_CALL]}
            found = web.post_json(f"{self._url}/v1/parked/outcomes", wanted, Role.OPERATIONS)
            self._outcomes |= found["outcomes"]

    def _wait(self, say: Say) -> None:
        done, deadline = -1, monotonic() + PATIENCE
        while self._progress()[0] < len(self._asked) and monotonic() < deadline:
            sleep(EVERY)
            self._look()
            say(*self._progress())
            if self._progress()[0] != done:
                done, deadline = self._progress()[0], monotonic() + PATIENCE

    def _progress(self) -> tuple[int, int]:
        """How many records are settled, and of how many."""
        return sum(outcome != "pending" for outcome in self._outcomes.values()), len(self._asked)


def _groups(batches: list[RequeueBatch], rate: float | None) -> Iterator[list[RequeueBatch]]:
    """Batches that go in one call: a second's worth of records at most, unless one case alone has
    more.
    """
    group: list[RequeueBatch] = []
    for batch in batches:
        size = sum(len(one.ids) for one in group)
        if group and (
            len(group) == CASES_A_CALL or (rate is not None and size + len(batch.ids) > rate)
        ):
            yield group
            group = []
        group.append(batch)
    if group:
        yield group

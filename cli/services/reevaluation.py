"""Asks criteria to evaluate cases again whose evaluation failed, and follows what comes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any
from urllib.parse import urlencode

from cli.services import web
from shared.access.principal import Role
from shared.clock import monotonic

Json = dict[str, Any]
Say = Callable[[int, int], None]
PAGE = 1_000
EVERY = 0.25
PATIENCE = 30.0
"""Seconds without any progress after which what is still pending is left to its lane's owner."""
OUTCOMES = ("evaluated", "failed_again", "not_failed", "withdrawn", "unknown_case", "pending")


def failures(url: str) -> Iterator[Json]:
    """Every case whose newest version could not be evaluated."""
    after: dict[str, str] = {}
    asked = f"{url}/v1/evaluation-failures"
    while found := web.get(f"{asked}?{urlencode({'limit': PAGE} | after)}", Role.OPERATIONS):
        yield from found
        after = {"after": found[-1]["case_id"]}


class Reevaluation:
    """One run: every case is asked for, in their order, then what came of each is looked up."""

    def __init__(self, url: str, reason: str) -> None:
        self._url = url
        self._asked = {"reason": reason}
        self._places: dict[str, str] = {}
        self._outcomes: dict[str, str] = {}

    def run(self, cases: list[str], say: Say) -> Json:
        """Counts by outcome, and the outcome of each case."""
        for case_id in cases:
            address = f"{self._url}/v1/cases/{case_id}/reevaluations"
            asked = web.post_json(address, self._asked, Role.OPERATIONS)
            self._places[case_id] = asked["reevaluation_id"]
            self._outcomes[case_id] = "pending"
        done, deadline = 0, monotonic() + PATIENCE
        while (settled := self._look()) < len(cases) and monotonic() < deadline:
            say(settled, len(cases))
            if settled != done:
                done, deadline = settled, monotonic() + PATIENCE
            sleep(EVERY)
        counts = Counter(self._outcomes.values())
        return (
            {"selected": len(self._outcomes)}
            | {outcome: counts[outcome] for outcome in OUTCOMES}
            | {"cases": self._outcomes}
        )

    def _look(self) -> int:
        """How many cases are settled."""
        for case_id, place in self._places.items():
            if self._outcomes[case_id] == "pending":
                address = f"{self._url}/v1/cases/{case_id}/reevaluations/{place}"
                if found := web.get_if_there(address, Role.OPERATIONS):
                    self._outcomes[case_id] = found["outcome"]
        return sum(outcome != "pending" for outcome in self._outcomes.values())

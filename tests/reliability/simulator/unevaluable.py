"""Requests whose evaluation raises until the software is repaired, and what must come of them: they
pend, are told to nobody, park nothing, and are evaluated once somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from unittest.mock import patch
from uuid import UUID

from services.criteria.decide import requests
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.library import Library
from shared.events.request import AuthorizationRequest
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.invariants import Durable

UNEVALUABLE = "unevaluable until repaired"
Version = tuple[UUID, int]


@contextmanager
def evaluating(*, repaired: bool) -> Iterator[None]:
    """Within it the engine fails at such requests, unless it is repaired."""

    def evaluated(request: AuthorizationRequest, at: datetime, library: Library) -> Evaluation:
        if request.note == UNEVALUABLE and not repaired:
            raise ZeroDivisionError
        return evaluate(request, at, library)

    with patch.object(requests, "evaluate", evaluated):
        yield


class Unevaluated:
    """The versions whose evaluation failed."""

    def __init__(self) -> None:
        self.versions: set[Version] = set()

    def determined(self, said: Durable) -> None:
        """A case is determined: after an evaluation that failed, by nothing but what was decided
        before.
        """
        if not said.data.get("evaluation_failed"):
            return
        self.versions.add((said.envelope.case_id, said.data["request_version"]))
        for line in said.data["lines"]:
            must(
                line["determination"] != "A4" or line["reason"] == "not_evaluated",
                "what fails to evaluate pends",
                f"line {line['sequence']} pends for {line['reason']}",
            )

    def told(self, notice: Durable | None) -> None:
        """A letter is issued."""
        must(
            notice is None or not notice.data.get("evaluation_failed"),
            "what fails to evaluate pends",
            "a letter tells of an evaluation that failed",
        )

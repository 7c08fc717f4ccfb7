"""The whole of it: a request and the instant it came in give an evaluation, whose lines are
approved or go to a person. Nothing else exists. Whether it may be an emergency is asked first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.criteria.engine.answer import findings, haste
from services.criteria.engine.answer.advisories.contradictions import contradictory
from services.criteria.engine.answer.advisories.doubts import doubts
from services.criteria.engine.answer.advisories.emergency import triaged
from services.criteria.engine.answer.advisories.old_evidence import aged
from services.criteria.engine.answer.advisories.unread import leftovers
from services.criteria.engine.answer.items import Distrust
from services.criteria.engine.answer.judge import Judged, judge
from services.criteria.engine.answer.lines import (
    RequestedLine,
    asked_lines,
    completed,
    line_evaluations,
)
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.questions import questions, unclear
from services.criteria.engine.answer.stops import allowed, stops
from services.criteria.engine.answer.timing import in_time
from services.criteria.engine.edition.branches import told as limits_of
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from shared.events.criteria import CriteriaEvaluated
from shared.events.evaluation import (
    Advisory,
    Citation,
    LineEvaluation,
    OtherWay,
    Question,
    Score,
    Statement,
    Triage,
    Unread,
)
from shared.events.request import (
    AuthorizationRequest,
    Fact,
    ListStatement,
    Urgency,
)

ENGINE_VERSION = "1.0.0"
_facts = TypeAdapter(tuple[tuple[Fact, ...], tuple[ListStatement, ...]])


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the engine found.

    `review_within_minutes` is set where a clinician must look at once, and `review_reason` says
    why.
    """

    urgency: Urgency
    lines: tuple[LineEvaluation, ...]
    advisories: tuple[Advisory, ...]
    questions: tuple[Question, ...]
    other_ways: tuple[OtherWay, ...]
    scores: tuple[Score, ...]
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]
    review_within_minutes: int | None
    review_reason: str | None
    valid_days: dict[int, int]
    facts_sha256: str
    vocabulary_sha256: str | None
    unread: tuple[Unread, ...] = ()
    triage: Triage | None = None
    urgency_found: Urgency | None = None

    def event(self, evaluation_id: UUID, request_version: int) -> CriteriaEvaluated:
        """The event that publishes it."""
        return CriteriaEvaluated(
            evaluation_id=evaluation_id,
            request_version=request_version,
            urgency=self.urgency,
            lines=self.lines,
            advisories=self.advisories,
            questions=self.questions,
            other_ways=self.other_ways,
            scores=self.scores,
            citations=self.citations,
            facts_sha256=self.facts_sha256,
            vocabulary_sha256=self.vocabulary_sha256,
            engine_version=ENGINE_VERSION,
            unread=self.unread,
            triage=self.triage,
            urgency_found=self.urgency_found,
        )


def evaluate(
    request: AuthorizationRequest,
    received_at: datetime,
    library: Library | None = None,
    *,
    any_day: bool = False,
) -> Evaluation:
    """Judges every line that is not cancelled by the policies of `library` (else those of the
    package); `received_at` decides ages and editions.

    With `any_day` the policy alone decides: a line whose day is over, or too far ahead, is approved
    where its criteria are met.
    """
    library = library or packaged()
    day = received_at.date()
    asked = asked_lines(request, library, day)
    whole = completed(request, asked)
    triage = triaged(whole, received_at, library, any_day=any_day)
    left = leftovers(request, library.names)
    prepared = prepare(asked, whole, received_at, Distrust(kinds=left.open_kinds))
    for one in asked:
        if isinstance(one.edition, Edition):
            ready = prepared[one.edition.ref.sha256]
            found = allowed(one.doubted(judge(ready, one.line)), library)
            one.judged = found if any_day else in_time(found, received_at)
    lines = line_evaluations(asked, library, day, len(request.facts))
    judged = [one.judged for one in asked if one.judged is not None]
    of_all = (*findings.of_request(request, whole), *_doubts(asked))
    told = (*_of_policies(judged), *of_all, *stops(judged, library), *left.advisories())
    hurry = haste.of_policies(request, judged, told)
    if triage is not None:
        hurry = haste.of_triage(hurry, triage, lines)
    evaluation = Evaluation(
        urgency=hurry.urgency,
        lines=lines,
        advisories=hurry.advisories,
        review_within_minutes=hurry.within_minutes,
        review_reason=hurry.reason,
        unread=left.told,
        triage=triage,
        urgency_found=hurry.found,
        **_found(request, asked, list(prepared.values())),
    )
    for line in judged:
        line.scope.close()
    return evaluation


def prepare(
    asked: list[RequestedLine],
    request: AuthorizationRequest,
    received_at: datetime,
    distrust: Distrust,
) -> dict[str, PreparedRequest]:
    """The request in the words of each edition that judges a line of it, by the edition's hash."""
    editions = {
        one.edition.ref.sha256: one.edition for one in asked if isinstance(one.edition, Edition)
    }
    return {
        name: PreparedRequest(request, received_at, edition, distrust=distrust)
        for name, edition in editions.items()
    }


def _of_policies(judged: list[Judged]) -> tuple[Advisory, ...]:
    limits = limits_of((one.line.sequence, one.reason, one.limits) for one in judged if one.limits)
    return (*findings.advisories(judged), *limits, *contradictory(judged), *aged(judged))


def _doubts(asked: list[RequestedLine]) -> tuple[Advisory, ...]:
    return doubts((one.line.sequence, one.doubt) for one in asked)


def _found(
    request: AuthorizationRequest, lines: list[RequestedLine], prepared: list[PreparedRequest]
) -> dict[str, Any]:
    """The fields of an evaluation that tell what the policies found beside their outcome."""
    judged = [one.judged for one in lines if one.judged is not None]
    asked, other_ways = questions(judged)
    unsaid = [(one.line.sequence, one.unsaid) for one in lines if one.unsaid]
    if unsaid:
        asked = unclear(asked, unsaid)
    return {
        "questions": asked,
        "other_ways": other_ways,
        "scores": findings.score_list(prepared),
        "citations": findings.citation_list(judged),
        "statements": findings.statements(judged),
        "valid_days": {one.line.sequence: one.valid_days for one in judged},
        "facts_sha256": hashlib.sha256(
            _facts.dump_json((request.facts, request.lists), exclude_defaults=True)
        ).hexdigest(),
        "vocabulary_sha256": min((one.edition.vocabulary.sha256 for one in prepared), default=None),
    }

"""The whole of it: a request and the instant it came in give an evaluation, whose lines are
approved or go to a person. Nothing else exists.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.criteria.engine.answer import findings
from services.criteria.engine.answer.doubts import doubts
from services.criteria.engine.answer.judge import Judged, judge
from services.criteria.engine.answer.lines import asked_lines, completed, line_evaluations
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.questions import questions
from services.criteria.engine.answer.segments import turned
from services.criteria.engine.answer.stops import allowed, stops
from services.criteria.engine.answer.timing import RETROSPECTIVE, in_time
from services.criteria.engine.answer.twins import twins
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from shared.events.criteria import CriteriaEvaluated, Statement
from shared.events.evaluation import Advisory, Citation, LineEvaluation, Question, Score
from shared.events.request import (
    AuthorizationRequest,
    Fact,
    ListStatement,
    Urgency,
    faster,
)

ENGINE_VERSION = "1.0.0"
_facts = TypeAdapter(tuple[tuple[Fact, ...], tuple[ListStatement, ...]])


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the engine found.

    `review_within_minutes` is set where a pended line needs a clinician at once, and
    `review_reason` says why.
    """

    urgency: Urgency
    lines: tuple[LineEvaluation, ...]
    advisories: tuple[Advisory, ...]
    questions: tuple[Question, ...]
    scores: tuple[Score, ...]
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]
    review_within_minutes: int | None
    review_reason: str | None
    valid_days: dict[int, int]
    facts_sha256: str
    vocabulary_sha256: str | None

    def event(self, evaluation_id: UUID, request_version: int) -> CriteriaEvaluated:
        """The event that publishes it."""
        return CriteriaEvaluated(
            evaluation_id=evaluation_id,
            request_version=request_version,
            urgency=self.urgency,
            lines=self.lines,
            advisories=self.advisories,
            questions=self.questions,
            scores=self.scores,
            citations=self.citations,
            facts_sha256=self.facts_sha256,
            vocabulary_sha256=self.vocabulary_sha256,
            engine_version=ENGINE_VERSION,
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
    prepared: dict[str, PreparedRequest] = {}
    for one in asked:
        if isinstance(one.edition, Edition):
            ready = prepared.get(one.edition.ref.sha256) or prepared.setdefault(
                one.edition.ref.sha256, PreparedRequest(whole, received_at, one.edition)
            )
            found = allowed(one.doubted(judge(ready, one.line)), library)
            one.judged = found if any_day else in_time(found, received_at)
    lines = line_evaluations(asked, library, day, len(request.facts))
    judged = [one.judged for one in asked if one.judged is not None]
    told = (
        *twins(request, whole),
        *turned(request),
        *doubts((one.line.sequence, one.doubt) for one in asked),
        *stops(judged, library),
    )
    evaluation = _evaluation(request, lines, judged, list(prepared.values()), told)
    for line in judged:
        line.scope.close()
    return evaluation


def _evaluation(
    request: AuthorizationRequest,
    lines: tuple[LineEvaluation, ...],
    judged: list[Judged],
    prepared: list[PreparedRequest],
    told: tuple[Advisory, ...],
) -> Evaluation:
    urgent = [rule for one in judged if (rule := review(one)) is not None]
    within, reason = min(urgent, default=(None, None))
    return Evaluation(
        urgency=urgency(request, judged),
        lines=lines,
        advisories=(*findings.advisories(judged), *told),
        questions=questions(judged),
        scores=findings.score_list(prepared),
        citations=findings.citation_list(judged),
        statements=findings.statements(judged),
        review_within_minutes=within,
        review_reason=reason,
        valid_days={one.line.sequence: one.edition.spec.outcomes.valid_days for one in judged},
        facts_sha256=hashlib.sha256(
            _facts.dump_json((request.facts, request.lists), exclude_defaults=True)
        ).hexdigest(),
        vocabulary_sha256=min((one.edition.vocabulary.sha256 for one in prepared), default=None),
    )


def urgency(request: AuthorizationRequest, judged: list[Judged]) -> Urgency:
    """The request's urgency, or a higher one that a policy finds; it never falls."""
    found = request.urgency
    for one in judged:
        rule = one.edition.spec.urgency
        if rule is None or one.edition.urgency is None or one.reason == RETROSPECTIVE:
            continue
        state = one.edition.urgency.run(one.scope).state
        if state == MET or (state == UNKNOWN and rule.unknown == "expedited"):
            found = faster(found, Urgency.EXPEDITED)
    return found


def review(judged: Judged) -> tuple[int, str] | None:
    """Within how many minutes a clinician must look at a pended line, where the policy says so;
    unknown is looked at as if it were met.
    """
    rule, when = judged.edition.spec.review, judged.edition.review
    if (
        rule is None
        or when is None
        or judged.reason == RETROSPECTIVE
        or judged.outcome == "approve"
        or when.run(judged.scope).state == NOT_MET
    ):
        return None
    return rule.within_minutes, rule.reason

"""The whole of it: a request and the instant it came in give an evaluation, whose lines are
approved or go to a person. Nothing else exists. Whether it may be an emergency is asked first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.criteria.engine.answer import findings, haste
from services.criteria.engine.answer.advisories.contradictions import contradictory
from services.criteria.engine.answer.advisories.doubts import doubts
from services.criteria.engine.answer.advisories.emergency import POSSIBLE, REASON, advisory, triaged
from services.criteria.engine.answer.advisories.old_evidence import aged
from services.criteria.engine.answer.advisories.unread import leftovers
from services.criteria.engine.answer.items import Distrust
from services.criteria.engine.answer.judge import Judged, judge
from services.criteria.engine.answer.lines import asked_lines, completed, line_evaluations
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.questions import questions
from services.criteria.engine.answer.stops import allowed, stops
from services.criteria.engine.answer.timing import in_time
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
    faster,
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
    distrust = Distrust(kinds=left.open_kinds)
    prepared: dict[str, PreparedRequest] = {}
    for one in asked:
        if isinstance(one.edition, Edition):
            ready = prepared.get(one.edition.ref.sha256) or prepared.setdefault(
                one.edition.ref.sha256,
                PreparedRequest(whole, received_at, one.edition, distrust=distrust),
            )
            found = allowed(one.doubted(judge(ready, one.line)), library)
            one.judged = found if any_day else in_time(found, received_at)
    lines = line_evaluations(asked, library, day, len(request.facts))
    judged = [one.judged for one in asked if one.judged is not None]
    told = (
        *contradictory(judged),
        *aged(judged),
        *findings.of_request(request, whole),
        *doubts((one.line.sequence, one.doubt) for one in asked),
        *stops(judged, library),
        *left.advisories(),
    )
    evaluation = _evaluation(request, lines, judged, list(prepared.values()), told)
    for line in judged:
        line.scope.close()
    if left.told:
        evaluation = replace(evaluation, unread=left.told)
    return evaluation if triage is None else hurried(evaluation, triage)


def hurried(evaluation: Evaluation, triage: Triage) -> Evaluation:
    """The evaluation of what may be an emergency: never slower than what a policy asks for."""
    within, reason = evaluation.review_within_minutes, evaluation.review_reason
    # A policy may know the emergency by the same name: nobody is told twice.
    others = tuple(one for one in evaluation.advisories if one.id != POSSIBLE)
    if within is None or triage.within_minutes < within:
        # Where every line is approved, nobody is referred for a reason of triage.
        pends = any(line.outcome == "pend" for line in evaluation.lines)
        within, reason = triage.within_minutes, REASON if pends else reason
    return replace(
        evaluation,
        urgency=faster(evaluation.urgency, Urgency.EXPEDITED),
        advisories=(advisory(triage, others, evaluation.urgency), *others),
        review_within_minutes=within,
        review_reason=reason,
        triage=triage,
    )


def _evaluation(
    request: AuthorizationRequest,
    lines: tuple[LineEvaluation, ...],
    judged: list[Judged],
    prepared: list[PreparedRequest],
    told: tuple[Advisory, ...],
) -> Evaluation:
    urgent = [rule for one in judged if (rule := haste.review(one)) is not None]
    within, reason = min(urgent, default=(None, None))
    asked, other_ways = questions(judged)
    return Evaluation(
        urgency=haste.urgency(request, judged),
        lines=lines,
        advisories=(*findings.advisories(judged), *told),
        questions=asked,
        other_ways=other_ways,
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

"""The whole of it: a request and the instant it came in give an evaluation, whose lines are
approved or go to a person. Nothing else exists. Whether it may be an emergency is asked first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.criteria.engine.answer import findings, haste
from services.criteria.engine.answer.emergency import POSSIBLE, REASON, advisory, triaged
from services.criteria.engine.answer.evidence import made, node
from services.criteria.engine.answer.judge import Judged, advises, judge
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.questions import questions
from services.criteria.engine.answer.segments import turned
from services.criteria.engine.answer.stops import allowed, stops
from services.criteria.engine.answer.timing import in_time
from services.criteria.engine.answer.twins import twins
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.runtime.scope import Result
from shared.events.criteria import CriteriaEvaluated, Statement
from shared.events.evaluation import Advisory, Citation, LineEvaluation, Question, Score, Triage
from shared.events.request import (
    AuthorizationRequest,
    Fact,
    ListStatement,
    ServiceLine,
    Urgency,
    faster,
)

ENGINE_VERSION = "1.0.0"
TOO_MUCH = "too_much_evidence"
MOST_SHOWN = 6 * 1024 * 1024
"""Bytes of evidence in an evaluation: every line shows every item of a list anew, and no event
holds two hundred lines with a thousand lesions each.
"""
MEASURED_FROM = 1_000
"""Lines times facts from which on the trees are measured; those of fewer cannot be too large."""
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
    scores: tuple[Score, ...]
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]
    review_within_minutes: int | None
    review_reason: str | None
    valid_days: dict[int, int]
    facts_sha256: str
    vocabulary_sha256: str | None
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
            scores=self.scores,
            citations=self.citations,
            facts_sha256=self.facts_sha256,
            vocabulary_sha256=self.vocabulary_sha256,
            engine_version=ENGINE_VERSION,
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
    triage = triaged(request, received_at, library, any_day=any_day)
    day = received_at.date()
    chosen = [(line, library.select(line, day)) for line in request.lines if not line.cancelled]
    prepared: dict[str, PreparedRequest] = {}
    judged: dict[int, Judged] = {}
    for line, edition in chosen:
        if isinstance(edition, Edition):
            ready = prepared.get(edition.ref.sha256) or prepared.setdefault(
                edition.ref.sha256, PreparedRequest(request, received_at, edition)
            )
            found = allowed(judge(ready, line), library)
            judged[line.sequence] = found if any_day else in_time(found, received_at)
    room = MOST_SHOWN if len(request.lines) * len(request.facts) >= MEASURED_FROM else None
    lines = _lines(chosen, judged, (library, day), room)
    evaluation = _evaluation(
        request, lines, list(judged.values()), list(prepared.values()), stops(judged, library)
    )
    for one in judged.values():
        one.scope.close()
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


def _lines(
    chosen: list[tuple[ServiceLine, Edition | str]],
    judged: dict[int, Judged],
    known: tuple[Library, date],
    room: int | None,
) -> tuple[LineEvaluation, ...]:
    """Every line with its evidence, as long as there is room for it; a line without goes to a
    person, for nothing is approved that cannot be shown.
    """
    lines: list[LineEvaluation] = []
    for line, edition in chosen:
        one = judged.get(line.sequence)
        made_of = None if room is not None and room < 0 else _line(line, edition, one, *known)
        if room is not None and made_of is not None:
            room -= len(made_of.model_dump_json(exclude_defaults=True))
        if one is not None and room is not None and room < 0:
            one.outcome, one.reason = "pend", TOO_MUCH
            made_of = None
        lines.append(made_of or _unshown(line, edition, one))
    return tuple(lines)


def _unshown(line: ServiceLine, edition: Edition | str, judged: Judged | None) -> LineEvaluation:
    """A line that pends without a tree: no policy judges it, or its tree has no room."""
    return LineEvaluation(
        sequence=line.sequence,
        segment=line.segment,
        outcome="pend",
        reason=str(edition) if judged is None else judged.reason,
        policy=None if judged is None else judged.edition.ref,
    )


def _line(
    line: ServiceLine,
    edition: Edition | str,
    judged: Judged | None,
    library: Library,
    received: date,
) -> LineEvaluation:
    if judged is None:
        return _unshown(line, edition, judged)
    return made(
        LineEvaluation,
        sequence=line.sequence,
        segment=line.segment,
        outcome="approve" if judged.outcome == "approve" else "pend",
        reason=judged.reason,
        policy=judged.edition.ref,
        tree=node(judged.root, judged.edition.vocabulary),
        guards=tuple(
            [
                node(
                    result
                    if advises(guard, result.state) or guard.then == "pend"
                    else _alone(result),
                    judged.edition.vocabulary,
                )
                for guard, result in judged.guards
            ]
        ),
        other_editions=tuple([one.ref for one in library.others(judged.edition, line, received)]),
    )


def _alone(result: Result) -> Result:
    """A guard that has nothing to say is shown without what is below it."""
    return Result(result.mark, result.state, (), result.reason, result.known)


def _evaluation(
    request: AuthorizationRequest,
    lines: tuple[LineEvaluation, ...],
    judged: list[Judged],
    prepared: list[PreparedRequest],
    stopped: tuple[Advisory, ...],
) -> Evaluation:
    urgent = [rule for one in judged if (rule := haste.review(one)) is not None]
    within, reason = min(urgent, default=(None, None))
    return Evaluation(
        urgency=haste.urgency(request, judged),
        lines=lines,
        advisories=(*findings.advisories(judged), *twins(request), *turned(request), *stopped),
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

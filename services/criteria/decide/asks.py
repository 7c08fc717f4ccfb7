"""A clinician asks for information: the line stays pended and on the worklist, the next notice
carries the question, and intake learns that it was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.criteria.decide.attestation import unattested
from services.criteria.decide.declined import declined, review_row
from services.criteria.decide.determinations import case_determined
from services.criteria.decide.reference import DecisionReference
from services.criteria.model import CriteriaState, Line
from shared.events.criteria import CriteriaEvaluated, Determination, InformationRequested
from shared.events.evaluation import ClinicianAsk, Question
from shared.events.reviews import DeclineCode, InformationAskedFor
from shared.lanes.outcome import Emit, Outcome, Received

MOST_ASKED = 20
"""Questions of clinicians' that are open for a case: a letter is read by people."""
KEPT_KEYS = 200


def asked_for(
    reference: DecisionReference,
    case: CriteriaState | None,
    ask: InformationAskedFor,
    received: Received,
    now: datetime,
) -> Outcome[CriteriaState]:
    """The question on record, among those that are open; one that cannot be taken is declined and
    nobody is asked.
    """
    if case is not None and ask.idempotency_key in case.reviews:
        return Outcome(case)
    code = _refused(reference, case, ask)
    if case is None or code is not None:
        return declined(case, ask, code or DeclineCode.UNKNOWN_CASE, received, now)
    question = _question(ask)
    made = case.model_copy(
        update={
            "asked": (*open_of(case, case.asked), question),
            "reviews": (*case.reviews, ask.idempotency_key)[-KEPT_KEYS:],
        }
    )
    requested = InformationRequested(evaluation_id=case.evaluation_id, questions=(question,))
    return Outcome(
        made,
        events=(Emit(requested, question.id), case_determined(made, **still_asked(made))),
        rows=(review_row(ask, received, "recorded", now),),
    )


def open_of(case: CriteriaState, questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions that wait for an answer: a line of theirs is pended. Whether what came since
    answers a clinician's, a person says, by deciding the line.
    """
    pended = {
        line.sequence for line in case.lines if line.summary.determination is Determination.PENDED
    }
    return tuple(one for one in questions if not pended.isdisjoint(one.lines))


def still_asked(case: CriteriaState) -> dict[str, Any]:
    """What a determination between two evaluations carries of questions, by field: the engine's of
    the newest evaluation, what would do instead, and clinicians'. Where the newest version could
    not be evaluated the engine asks nothing.
    """
    asked = open_of(case, case.asked)
    if case.evaluated is None or case.failure is not None:
        return {"questions": asked}
    evaluated = CriteriaEvaluated.model_validate_json(case.evaluated)
    questions = open_of(case, evaluated.questions)
    lines = {line for one in questions for line in one.lines}
    ways = tuple(way for way in evaluated.other_ways if way.line in lines)
    return {"questions": (*questions, *asked), "other_ways": ways}


def _refused(
    reference: DecisionReference, case: CriteriaState | None, ask: InformationAskedFor
) -> DeclineCode | None:
    """Why nobody can be asked, or None."""
    if case is None:
        return DeclineCode.UNKNOWN_CASE
    # As with a review: who did not come through the desk has no words in anybody's letter.
    if (code := unattested(ask, reference.desk)) is not None:
        return code
    line = case.line(ask.sequence)
    return DeclineCode.UNKNOWN_LINE if line is None else _closed(case, line, ask)


def _closed(case: CriteriaState, line: Line, ask: InformationAskedFor) -> DeclineCode | None:
    """Whether the line is another one now, or waits for no answer; or the letter is full."""
    if ask.content_digest != line.summary.digest:
        return DeclineCode.STALE_CONTENT
    if not line.is_open:
        return DeclineCode.ALREADY_DETERMINED
    if line.summary.determination is not Determination.PENDED:
        return DeclineCode.NOT_PENDED
    many = len(open_of(case, case.asked)) >= MOST_ASKED
    return DeclineCode.TOO_MANY_QUESTIONS if many else None


def _question(ask: InformationAskedFor) -> Question:
    """The question as letters carry it, named after the command: a repeat is no other question."""
    name = hashlib.sha256(ask.idempotency_key.encode()).hexdigest()[:16]
    by = ClinicianAsk(
        by=ask.by.id,
        name=ask.by.name,
        of=ask.asked_of,
        until=ask.until,
        asked_at=ask.asked_at,
    )
    return Question(id=f"clinician-{name}", text=ask.what, lines=(ask.sequence,), asked=by)

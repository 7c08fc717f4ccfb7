"""What letters remembers of the events of a case, and what a determination finds there: the
questions that are open, and the refusals that were told. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from services.letters.decide.clock_memory import counted
from services.letters.model import (
    ADVERSE,
    ClinicianDecision,
    LetterLine,
    LettersState,
    Noticed,
    Person,
    RequestView,
)
from shared.events.clocks.acts import ClockActRecorded
from shared.events.clocks.duties import ClockCorrected, ClockExtended, ClockStarted
from shared.events.criteria import CaseDetermined, Determination, LineSummary
from shared.events.evaluation import Question
from shared.events.intake import AcceptedOutline, ReceivedOutline, RequestCancelled
from shared.events.letters import Audience
from shared.events.model import EventData
from shared.events.request import LineOfBusiness, Member
from shared.events.reviews import ReviewRecorded


def remembered(case: LettersState, event: EventData) -> LettersState:
    """The case with what letters need of an event that calls for no letter."""
    match event:
        case AcceptedOutline():
            request = _view(event).model_copy(update={"may_be_appeal": _may_be_appeal(case, event)})
            return case.model_copy(
                update={"request": request, "due_at": event.due_at or case.due_at}
            )
        case RequestCancelled():
            return case.model_copy(update={"due_at": None})
        case ClockStarted() | ClockExtended() | ClockCorrected() | ClockActRecorded():
            return counted(case, event)
        case ReviewRecorded():
            return _reviewed(case, event)
        case _:
            return case


def _may_be_appeal(case: LettersState, accepted: AcceptedOutline) -> bool:
    """Whether the case began like one that was refused: its later versions do not say so again."""
    if isinstance(accepted, ReceivedOutline):
        return accepted.resembles is not None
    return case.request is not None and case.request.may_be_appeal


def _view(accepted: AcceptedOutline) -> RequestView:
    """The request as letters need it; clinical facts stay behind."""
    request = accepted.request
    return RequestView(
        version=accepted.version,
        received_at=accepted.received_at,
        sender=accepted.sender,
        reference=accepted.reference,
        member=_person(request.member),
        requester=request.requester.name,
        requester_npi=request.requester.npi,
        performer=request.performer.name or request.performer.npi,
        language=request.language,
        lines=tuple(
            LetterLine(
                sequence=line.sequence,
                services=line.services,
                segment=line.segment,
                cancelled=line.cancelled,
                codes=line.codes,
                site=line.site,
                service_date=line.service_date,
            )
            for line in request.lines
        ),
        documents={document.id: document.title for document in request.documents if document.title},
    )


def _person(member: Member) -> Person:
    """The member as letters name them; a line of business that this version does not know is an
    unknown one, whose members are told the longest time to appeal.
    """
    business = member.line_of_business
    return Person(
        number=member.id,
        name=member.name,
        line_of_business=business if business.is_known else LineOfBusiness.UNKNOWN,
    )


def _reviewed(case: LettersState, review: ReviewRecorded) -> LettersState:
    """The case with the clinician's latest decision on a content of a line."""
    ground = ClinicianDecision(
        sequence=review.sequence,
        digest=review.digest,
        determination=review.determination,
        reviewer=review.reviewer,
        reason=review.reason,
        criterion=review.criterion,
        evaluation_id=review.evaluation_id,
    )
    content = (review.sequence, review.digest)
    others = tuple(one for one in case.grounds if (one.sequence, one.digest) != content)
    return case.model_copy(update={"grounds": (*others, ground)})


def asked(case: LettersState, determined: CaseDetermined) -> tuple[Question, ...]:
    """The questions that are open after a determination.

    A new evaluation asks for all that it lacks; a clinician's decision on one of its lines asks for
    nothing, and answers nothing for the others.
    """
    same = determined.evaluation_id == case.asked_in and not determined.questions
    questions = case.questions if same else determined.questions
    if not questions:
        return ()
    waiting = {
        line.sequence for line in determined.lines if line.determination is Determination.PENDED
    }
    return tuple(
        question if waiting.issuperset(question.lines) else _narrowed(question, waiting)
        for question in questions
        if waiting and (not question.lines or waiting.intersection(question.lines))
    )


def _narrowed(question: Question, waiting: set[int]) -> Question:
    """The question for those of its lines that wait for the answer."""
    return question.model_copy(
        update={"lines": tuple(line for line in question.lines if line in waiting)}
    )


def noticed(
    case: LettersState, determined: CaseDetermined, audiences: list[Audience], at: datetime
) -> tuple[tuple[Noticed, ...], tuple[Noticed, ...]]:
    """The determination's refusals and changes that the audiences were told before, and those of
    which they are told now.
    """
    refused = [line for line in determined.lines if line.determination in ADVERSE]
    if not refused:
        return (), ()
    now = [
        Noticed(
            sequence=line.sequence,
            decision=_decision(line, ground_of(case.grounds, line)),
            audience=audience,
            at=at,
        )
        for audience in audiences
        for line in refused
    ]
    known = {(one.sequence, one.decision, one.audience): one for one in case.noticed}
    found = [(one, known.get((one.sequence, one.decision, one.audience))) for one in now]
    return (
        tuple([old for _, old in found if old is not None]),
        tuple([new for new, old in found if old is None]),
    )


def _decision(line: LineSummary, ground: ClinicianDecision | None) -> str:
    """A digest of who decided what, and with which number."""
    number = line.authorization.number if line.authorization else ""
    by = ground.model_dump_json() if ground else line.determination.value
    return hashlib.sha256(f"{number} {by}".encode()).hexdigest()[:32]


def repeats(determined: CaseDetermined) -> bool:
    """Whether a notice whose refusals and changes were all reported before has nothing else to
    report.
    """
    return all(line.determination in ADVERSE for line in determined.lines)


def answers(case: LettersState, determined: CaseDetermined) -> bool:
    """Whether it answers a version of the request that no notice has answered."""
    accepted = case.request.version if case.request else 0
    return case.notified_version < determined.request_version <= accepted


def standing(case: LettersState, determined: CaseDetermined) -> tuple[ClinicianDecision, ...]:
    """The clinicians' decisions that the determination follows, one a line."""
    found = [ground_of(case.grounds, line) for line in determined.lines]
    return tuple([ground for ground in found if ground is not None])


def ground_of(grounds: Sequence[ClinicianDecision], line: LineSummary) -> ClinicianDecision | None:
    """The clinician's decision that a line's determination follows: that on its very content, else
    the latest to the same effect, which an administrative change leaves in force.
    """
    like = [
        one
        for one in grounds
        if (one.sequence, one.determination) == (line.sequence, line.determination)
    ]
    same = [one for one in like if one.digest == line.digest]
    return next(reversed(same or like), None)


def notice_digest(case: LettersState, determined: CaseDetermined) -> str:
    """A digest of what a notice reports: each line's content, determination, who decided it, its
    authorizations, and the questions.
    """
    lines = [
        (
            line.sequence,
            line.digest,
            _decision(line, ground_of(case.grounds, line)),
            tuple(one.number for one in line.former),
        )
        for line in determined.lines
    ]
    questions = [(question.id, question.text, question.lines) for question in determined.questions]
    return hashlib.sha256(repr((sorted(lines), questions)).encode()).hexdigest()[:32]

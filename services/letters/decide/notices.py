"""What a determination calls for: a notice of what is new in it, or nothing."""

from __future__ import annotations

from datetime import datetime

from services.letters.content.mixture import kind, mixture
from services.letters.decide.clock_memory import approved_by_law, next_due
from services.letters.decide.letters import LetterTemplates, issued
from services.letters.decide.memory import (
    answers,
    asked,
    ground_of,
    notice_digest,
    noticed,
    repeats,
    standing,
)
from services.letters.model import ADVERSE, LettersState, NoticeContent, Noticed
from shared.errors import Impossible
from shared.events.criteria import CaseDetermined, Determination
from shared.events.letters import Audience
from shared.lanes.outcome import Outcome, Received


def understood(determined: CaseDetermined) -> bool:
    """Whether this version knows every determination in it and what each rests on; of anything else
    no letter can tell, neither that it is granted nor that it is refused.
    """
    return determined.determination.is_known and all(
        line.determination.is_known and (line.basis is None or line.basis.is_known)
        for line in determined.lines
    )


def notify(
    stationery: LetterTemplates,
    case: LettersState,
    determined: CaseDetermined,
    received: Received,
    now: datetime,
) -> Outcome[LettersState]:
    """One letter for each audience that has none of this notice yet.

    There is none where the latest notice reported the same: an amendment that changes neither a
    line's content nor what is asked. Where it would only repeat refusals or changes, there is none
    except to a provider who amended the request: the answer then names the earlier letter.
    """
    have = {letter.audience for letter in case.letters if letter.notice_id == received.id}
    audiences = [audience for audience in Audience.known() if audience not in have]
    if not audiences:
        return Outcome(case)
    questions = asked(case, determined)
    whole = (
        determined
        if questions == determined.questions
        else determined.model_copy(update={"questions": questions})
    )
    known = {"questions": questions, "asked_in": determined.evaluation_id}
    digest = notice_digest(case, whole)
    if not have and digest == case.notice_digest:
        return Outcome(case.model_copy(update=known))
    before, fresh = noticed(case, whole, audiences, now)
    if before and not fresh and repeats(whole):
        audiences = [one for one in audiences if one is Audience.PROVIDER and answers(case, whole)]
    if not audiences:
        return Outcome(case.model_copy(update=known))
    matter = _matter(case, whole, before, received, now)
    remembered = {
        **known,
        "noticed": case.noticed + fresh,
        "notice_digest": digest,
        "notified_version": whole.request_version,
    }
    return issued(stationery, case, matter, audiences, remembered)


def _matter(
    case: LettersState,
    determined: CaseDetermined,
    before: tuple[Noticed, ...],
    received: Received,
    now: datetime,
) -> NoticeContent:
    """What there is to tell; raises `Impossible` without a request, or when no clinician stands
    behind a refusal.
    """
    if case.request is None:
        raise Impossible(
            "A determination came for a case whose request is not known.", code="request_unknown"
        )
    _tellable(case, determined)
    old = {one.sequence for one in before}
    lines = [line for line in determined.lines if line.sequence not in old] or determined.lines
    return NoticeContent.model_construct(
        notice_id=received.id,
        case_id=received.case_id,
        kind=kind(mixture(line.determination for line in lines), earlier=bool(old)),
        at=now,
        due_at=next_due(case, now),
        request=case.request,
        grounds=standing(case, determined) if case.grounds else (),
        determined=determined,
        noticed=before,
        by_law=approved_by_law(case, determined),
    )


def _tellable(case: LettersState, determined: CaseDetermined) -> None:
    """Refuses a refusal without a clinician, and a line of which letters cannot tell what became
    of it.
    """
    refused = [line for line in determined.lines if line.determination in ADVERSE]
    if not all(ground_of(case.grounds, line) for line in refused) or (
        determined.determination in ADVERSE and not refused
    ):
        raise Impossible(
            "An adverse determination without a clinician's recorded decision cannot be issued.",
            code="adverse_without_clinician",
        )
    if any(line.determination is Determination.PARTIAL for line in determined.lines):
        raise Impossible(
            "A2 (partly certified) is no determination of a service line.",
            code="partial_line",
        )

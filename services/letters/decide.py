"""Which letters follow from an event: one for each notice and audience, its content fixed by
hashes. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.letters.content.catalogue import REFERENCE
from services.letters.model import (
    ADVERSE,
    KINDS,
    ClinicianDecision,
    Issued,
    LetterLine,
    LettersState,
    NoticeContent,
    Person,
    RequestView,
)
from shared.errors import Impossible
from shared.events.criteria import CaseDetermined, Determination, ReviewRecorded
from shared.events.intake import AcceptedOutline, ClockExtended, ClockStarted, RequestCancelled
from shared.events.letters import Audience, LetterIssued, LetterRendered, RenderedDocument
from shared.events.model import EventData
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row, Task, TaskDone

RENDER = "render"


@dataclass(frozen=True, slots=True)
class LetterTemplates:
    """What letters are written on: languages, template and fonts, by hash.

    `render=False` issues letters without documents.
    """

    languages: frozenset[str]
    provider_language: str
    template_sha256: str
    fonts_sha256: str
    template: str
    render: bool = True

    def language(self, audience: Audience, member: str) -> str:
        """The member's language where letters have it, else English; providers get the plan's
        working language.
        """
        wanted = member if audience is Audience.MEMBER else self.provider_language
        return wanted if wanted in self.languages else REFERENCE


def decide(
    stationery: LetterTemplates, case: LettersState | None, received: Received, now: datetime
) -> Outcome[LettersState]:
    """What follows from the event for the case's letters; an event seen before brings nothing
    new.
    """
    known = case or LettersState()
    match received.data:
        case CaseDetermined() as determined:
            return _notify(stationery, known, _matter(known, determined, received, now))
        case TaskDone(kind="render") as done:
            return _rendered(known, done)
        case EventData() as event:
            return Outcome(_remembered(known, event))
        case _:
            return Outcome(case)


def _remembered(case: LettersState, event: EventData) -> LettersState:
    """The case with what letters need of an event that calls for no letter."""
    match event:
        case AcceptedOutline():
            return case.model_copy(
                update={"request": _view(event), "due_at": event.due_at or case.due_at}
            )
        case RequestCancelled():
            return case.model_copy(update={"due_at": None})
        case ClockStarted(due_at=due_at) | ClockExtended(due_at=due_at):
            return case.model_copy(update={"due_at": due_at})
        case ReviewRecorded():
            return _reviewed(case, event)
        case _:
            return case


def _view(accepted: AcceptedOutline) -> RequestView:
    """The request as letters need it; clinical facts stay behind."""
    request = accepted.request
    return RequestView(
        version=accepted.version,
        received_at=accepted.received_at,
        sender=accepted.sender,
        reference=accepted.reference,
        member=Person(
            number=request.member.id,
            name=request.member.name,
            line_of_business=request.member.line_of_business,
        ),
        requester=request.requester.name,
        requester_npi=request.requester.npi,
        language=request.language,
        lines=tuple(
            LetterLine(sequence=line.sequence, codes=line.codes, site=line.site)
            for line in request.lines
        ),
        documents={document.id: document.title for document in request.documents if document.title},
    )


def _reviewed(case: LettersState, review: ReviewRecorded) -> LettersState:
    """The case with the clinician's latest decision on a line."""
    ground = ClinicianDecision(
        sequence=review.sequence,
        determination=review.determination,
        reviewer=review.reviewer,
        reason=review.reason,
        criterion=review.criterion,
    )
    others = tuple(one for one in case.grounds if one.sequence != review.sequence)
    return case.model_copy(update={"grounds": (*others, ground)})


def _matter(
    case: LettersState, determined: CaseDetermined, received: Received, now: datetime
) -> NoticeContent:
    """What there is to tell; raises `Impossible` without a request, or when no clinician stands
    behind a refusal.
    """
    if case.request is None:
        raise Impossible(
            "A determination came for a case whose request is not known.", code="request_unknown"
        )
    grounds = {(ground.sequence, ground.determination) for ground in case.grounds}
    adverse = [line for line in determined.lines if line.determination in ADVERSE]
    if not all((line.sequence, line.determination) in grounds for line in adverse) or (
        determined.determination in ADVERSE and not adverse
    ):
        raise Impossible(
            "A refusal or change without a clinician's recorded decision cannot be told.",
            code="adverse_without_clinician",
        )
    if any(line.determination is Determination.PARTIAL for line in determined.lines):
        raise Impossible(
            "A line is approved, pended, refused, changed or withdrawn, never partial.",
            code="partial_line",
        )
    return NoticeContent.model_construct(
        notice_id=received.id,
        case_id=received.case_id,
        kind=KINDS[determined.determination],
        at=now,
        due_at=case.due_at,
        request=case.request,
        grounds=case.grounds if adverse else (),
        determined=determined,
    )


def _notify(
    stationery: LetterTemplates, case: LettersState, matter: NoticeContent
) -> Outcome[LettersState]:
    """One letter for each audience that has none of this notice yet."""
    addressed = {letter.audience for letter in case.letters if letter.notice_id == matter.notice_id}
    missing = [audience for audience in Audience if audience not in addressed]
    if not missing:
        return Outcome(case)
    matter_json = matter.model_dump_json()
    letters = [_letter(stationery, matter, audience, matter_json) for audience in missing]
    issued = tuple(
        [
            Issued(letter_id=event.letter_id, notice_id=matter.notice_id, audience=event.audience)
            for event, _ in letters
        ]
    )
    return Outcome(
        case.model_copy(update={"letters": case.letters + issued}),
        events=tuple([Emit(event, event.audience.value) for event, _ in letters]),
        tasks=tuple([_task(event, content) for event, content in letters])
        if stationery.render
        else (),
        rows=tuple([_row(matter.case_id, event, content) for event, content in letters]),
    )


def _letter(
    stationery: LetterTemplates, matter: NoticeContent, audience: Audience, matter_json: str
) -> tuple[LetterIssued, bytes]:
    """The letter to an audience and its content: an `Envelope` as JSON (UTF-8) in the order of its
    fields, without spaces.
    """
    letter_id = derive(matter.notice_id, "letter", audience.value)
    language = stationery.language(audience, matter.request.language)
    head = f'"letter_id":"{letter_id}","audience":"{audience.value}"'
    head += f',"language":"{language}","template":"{stationery.template}"'
    content = f'{{{head},"matter":{matter_json}}}'.encode()
    issued = LetterIssued.model_construct(
        letter_id=letter_id,
        notice_id=matter.notice_id,
        kind=matter.kind,
        audience=audience,
        language=language,
        determination=matter.determined.determination.value,
        issued_at=matter.at,
        template=stationery.template,
        template_sha256=stationery.template_sha256,
        content_sha256=hashlib.sha256(content).hexdigest(),
        fonts_sha256=stationery.fonts_sha256,
    )
    return issued, content


def _task(issued: LetterIssued, content: bytes) -> Task:
    """Everything that rendering needs, with the hashes that it must find."""
    hashes = {
        "content_sha256": issued.content_sha256,
        "template_sha256": issued.template_sha256,
        "fonts_sha256": issued.fonts_sha256,
    }
    return Task(RENDER, str(issued.letter_id), {"content": content.decode(), **hashes})


def _row(case_id: UUID, issued: LetterIssued, content: bytes) -> Row:
    """The letter as the service keeps it."""
    values = {
        "letter_id": issued.letter_id,
        "case_id": case_id,
        "notice_id": issued.notice_id,
        "kind": issued.kind.value,
        "audience": issued.audience.value,
        "language": issued.language,
        "issued_at": micros(issued.issued_at),
        "content_sha256": issued.content_sha256,
        "content": content,
    }
    return Row("letter", values)


def _rendered(case: LettersState, done: TaskDone) -> Outcome[LettersState]:
    """The documents of a letter that this case has and that had none."""
    letter = next(
        (one for one in case.letters if str(one.letter_id) == done.key and not one.rendered), None
    )
    if letter is None:
        return Outcome(case)
    letters = tuple(
        one.model_copy(update={"rendered": True}) if one is letter else one for one in case.letters
    )
    documents = done.result["documents"]
    made = LetterRendered(
        letter_id=letter.letter_id,
        documents=tuple(
            RenderedDocument(format=one["format"], sha256=one["sha256"], size=one["size"])
            for one in documents
        ),
    )
    return Outcome(
        case.model_copy(update={"letters": letters}),
        events=(Emit(made, done.key),),
        rows=tuple(Row("document", {"letter_id": letter.letter_id, **one}) for one in documents),
    )

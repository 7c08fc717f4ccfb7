"""Which letters follow from an event: one for each notice and audience, its content fixed by
hashes. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.letters.content.catalogue import REFERENCE
from services.letters.content.mixture import kind, mixture
from services.letters.memory import asked, noticed, remembered, repeats, said, standing
from services.letters.model import (
    ADVERSE,
    Issued,
    LettersState,
    NoticeContent,
    Noticed,
)
from shared.errors import Impossible
from shared.events.criteria import CaseDetermined, Determination
from shared.events.letters import Audience, LetterIssued, LetterRendered, RenderedDocument
from shared.events.model import EventData
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row, Task, TaskDone

RENDER = "render"


@dataclass(frozen=True, slots=True)
class LetterTemplates:
    """What letters are written on: the languages that may be sent, template and fonts, by hash.

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
            return _notify(stationery, known, determined, received, now)
        case TaskDone(kind="render") as done:
            return _rendered(known, done)
        case EventData() as event:
            return Outcome(remembered(known, event))
        case _:
            return Outcome(case)


def _notify(
    stationery: LetterTemplates,
    known: LettersState,
    determined: CaseDetermined,
    received: Received,
    now: datetime,
) -> Outcome[LettersState]:
    """One letter for each audience that has none of this notice yet; none where it would only
    repeat refusals or changes that were told.
    """
    told = {letter.audience for letter in known.letters if letter.notice_id == received.id}
    untold = [audience for audience in Audience if audience not in told]
    if not untold:
        return Outcome(known)
    case = asked(known, determined)
    whole = determined.model_copy(update={"questions": case.questions})
    before, fresh = noticed(case, whole, untold, now)
    if before and not fresh and repeats(case, whole):
        return Outcome(case)
    matter = _matter(case, whole, before, received, now)
    made = {"noticed": case.noticed + fresh, "said": said(whole)}
    return _issued(stationery, case.model_copy(update=made), matter, untold)


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
    news = mixture(line.determination for line in determined.lines if line.sequence not in old)
    return NoticeContent.model_construct(
        notice_id=received.id,
        case_id=received.case_id,
        kind=kind(news, told=bool(old)),
        at=now,
        due_at=case.due_at,
        request=case.request,
        grounds=standing(case, determined),
        determined=determined,
        noticed=before,
    )


def _tellable(case: LettersState, determined: CaseDetermined) -> None:
    """Refuses a refusal without a clinician, and a line of which letters cannot tell what became
    of it.
    """
    grounds = {(ground.sequence, ground.determination) for ground in case.grounds}
    refused = [line for line in determined.lines if line.determination in ADVERSE]
    if not all((line.sequence, line.determination) in grounds for line in refused) or (
        determined.determination in ADVERSE and not refused
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


def _issued(
    stationery: LetterTemplates, case: LettersState, matter: NoticeContent, to: list[Audience]
) -> Outcome[LettersState]:
    """A letter for each audience."""
    text = matter.model_dump_json()
    letters = [_letter(stationery, matter, audience, text) for audience in to]
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
    stationery: LetterTemplates, matter: NoticeContent, audience: Audience, text: str
) -> tuple[LetterIssued, bytes]:
    """The letter to an audience and its content: an `Envelope` as JSON (UTF-8) in the order of its
    fields, without spaces.
    """
    letter_id = derive(matter.notice_id, "letter", audience.value)
    language = stationery.language(audience, matter.request.language)
    head = f'"letter_id":"{letter_id}","audience":"{audience.value}"'
    head += f',"language":"{language}","template":"{stationery.template}"'
    content = f'{{{head},"matter":{text}}}'.encode()
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

"""A notice's letters: one for each audience, its content fixed by hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.letters.content.catalogue import REFERENCE
from services.letters.model import ClockNotice, Issued, LettersState, NoticeContent
from shared.events.criteria import Basis, Reviewer
from shared.events.letters import Audience, LetterIssued
from shared.ids import derive
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Row, Task

RENDER = "render"


@dataclass(frozen=True, slots=True)
class LetterTemplates:
    """What letters are written on: the languages that may be sent, template and fonts, by hash, and
    the plan with its zone's rules, as texts. `elsewhere` is the same for plans whose days are
    counted in another zone, by its IANA name.

    `render=False` issues letters without documents.
    """

    languages: frozenset[str]
    provider_language: str
    template_sha256: str
    fonts_sha256: str
    template: str
    plan: str
    zone: str
    render: bool = True
    elsewhere: Mapping[str, LetterTemplates] = field(default_factory=dict)

    def counted_in(self, zone: str | None) -> LetterTemplates:
        """What a letter is written on whose days are counted in a zone; the plan's own where that
        is not known.
        """
        return self if zone is None else self.elsewhere.get(zone, self)

    def language(self, audience: Audience, member: str) -> str:
        """The member's language where letters have it, else English; providers get the plan's
        working language.
        """
        wanted = member if audience is Audience.MEMBER else self.provider_language
        return wanted if wanted in self.languages else REFERENCE


def issued(
    stationery: LetterTemplates,
    case: LettersState,
    matter: NoticeContent | ClockNotice,
    to: list[Audience],
    remembered: dict[str, Any],
) -> Outcome[LettersState]:
    """A letter for each audience; `remembered` is what else the case remembers of it, by field."""
    stationery = stationery.counted_in(case.zone)
    text = matter.model_dump_json()
    who = matter.deciders
    letters = [_letter(stationery, matter, audience, text, who) for audience in to]
    kept = tuple(
        [
            Issued(
                letter_id=event.letter_id,
                notice_id=matter.notice_id,
                audience=event.audience,
                kind=matter.kind,
                at=matter.at,
            )
            for event, _ in letters
        ]
    )
    return Outcome(
        case.model_copy(update={**remembered, "letters": case.letters + kept}),
        events=tuple([Emit(event, event.audience.value) for event, _ in letters]),
        tasks=tuple([_task(stationery, event, content) for event, content in letters])
        if stationery.render
        else (),
        rows=tuple([_row(matter.case_id, event, content) for event, content in letters]),
    )


def _letter(
    stationery: LetterTemplates,
    matter: NoticeContent | ClockNotice,
    audience: Audience,
    text: str,
    deciders: tuple[Reviewer, ...],
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
        determination=matter.determination.value,
        issued_at=matter.at,
        template=stationery.template,
        template_sha256=stationery.template_sha256,
        content_sha256=hashlib.sha256(content).hexdigest(),
        fonts_sha256=stationery.fonts_sha256,
        basis=Basis.CLINICIAN if deciders else None,
        reviewers=deciders,
        documents_follow=stationery.render,
    )
    return issued, content


def _task(stationery: LetterTemplates, issued: LetterIssued, content: bytes) -> Task:
    """Everything that rendering needs, with the hashes that it must find: the plan too, for another
    may be in force once it is rendered.
    """
    payload = {
        "content": content.decode(),
        "plan": stationery.plan,
        "zone": stationery.zone,
        "content_sha256": issued.content_sha256,
        "template_sha256": issued.template_sha256,
        "fonts_sha256": issued.fonts_sha256,
    }
    return Task(RENDER, str(issued.letter_id), payload)


def _row(case_id: UUID, issued: LetterIssued, content: bytes) -> Row:
    """The letter as the service keeps it."""
    values = {
        "letter_id": issued.letter_id,
        "case_id": case_id,
        "notice_id": issued.notice_id,
        "kind": issued.kind.value,
        "determination": issued.determination,
        "basis": issued.basis,
        "reviewers": "; ".join(
            f"{one.id} ({one.licence_state} {one.licence})" for one in issued.reviewers
        ),
        "audience": issued.audience.value,
        "language": issued.language,
        "issued_at": micros(issued.issued_at),
        "content_sha256": issued.content_sha256,
        "content": content,
    }
    return Row("letter", values)

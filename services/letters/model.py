"""What letters remembers of a case, what a letter is made from, and the shape of what it says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypedDict
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.criteria import CaseDetermined, Determination, Reviewer
from shared.events.evaluation import Question
from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness, ServiceCode

ADVERSE = frozenset({Determination.NOT_CERTIFIED, Determination.MODIFIED})


class LetterView(BaseModel):
    """A frozen part of the state."""

    model_config = ConfigDict(frozen=True)


class LetterLine(LetterView):
    """What a letter says of a requested line beyond its determination: codes with their systems and
    units, place, and the day asked for.
    """

    sequence: int
    codes: tuple[ServiceCode, ...] = ()
    site: str | None = None
    service_date: date | None = None


class Person(LetterView):
    """Whom the request is for, as the sender names them."""

    number: str
    name: str | None = None
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN


class RequestView(LetterView):
    """The version of the request that stands, reduced to what letters say. Times are UTC.

    `may_be_appeal`: the same was asked for before and refused, and a person decides what this is.
    """

    version: int
    received_at: datetime
    sender: str
    reference: str | None = None
    member: Person
    requester: str | None = None
    requester_npi: str | None = None
    performer: str | None = None
    language: str = "en"
    lines: tuple[LetterLine, ...] = ()
    documents: dict[str, str] = {}
    may_be_appeal: bool = False


class ClinicianDecision(LetterView):
    """A clinician's recorded decision on a content of a line: the only ground on which a letter may
    say no.
    """

    sequence: int
    digest: str | None = None
    determination: Determination
    reviewer: Reviewer
    reason: str
    criterion: str
    evaluation_id: UUID | None = None


class Issued(LetterView):
    """A letter that this case already has."""

    letter_id: UUID
    notice_id: UUID
    audience: Audience
    rendered: bool = False


class Noticed(LetterView):
    """A refusal or change that an audience was told, and when (UTC).

    `decision` is a digest of the authorization number and the clinician's ground: the same line
    decided anew is another decision.
    """

    sequence: int
    decision: str
    audience: Audience
    at: datetime


class LettersState(LetterView):
    """A case as letters knows it: its request, its due time, clinicians' decisions, the questions
    that are open, what was told, and the letters that exist.

    `asked_in` is the evaluation that asked the questions; `notice_digest` a digest of what the
    latest notice reported, and `notified_version` the version
    of the request that it answered.
    """

    request: RequestView | None = None
    due_at: datetime | None = None
    grounds: tuple[ClinicianDecision, ...] = ()
    questions: tuple[Question, ...] = ()
    asked_in: UUID | None = None
    noticed: tuple[Noticed, ...] = ()
    notice_digest: str = ""
    notified_version: int = 0
    letters: tuple[Issued, ...] = ()


class NoticeContent(LetterView):
    """Everything that the letters of one notice are made from; `at` is the notice's instant (UTC).

    `determined` has every question that is open, those of an earlier determination too, and
    `noticed` what of its refusals and changes was told before. With template, language and audience
    it fixes a letter.
    """

    notice_id: UUID
    case_id: UUID
    kind: LetterKind
    at: datetime
    due_at: datetime | None
    request: RequestView
    grounds: tuple[ClinicianDecision, ...]
    determined: CaseDetermined
    noticed: tuple[Noticed, ...] = ()


class LetterSpec(LetterView):
    """A letter before it is put into words: which letter of the matter, for whom, in which
    language, on which template.
    """

    letter_id: UUID
    audience: Audience
    language: str
    template: str
    matter: NoticeContent


class Block(TypedDict, total=False):
    """A piece of a section. `lang` marks text that is not in the letter's language.

    `text` and `quote` (somebody's own words) have `text`; `items` and `numbered` have `items`;
    `terms` has `rows` of two; `table` has `header` and `rows` as wide as it.
    """

    kind: Literal["text", "quote", "items", "numbered", "terms", "table"]
    lang: str
    text: str
    items: list[str]
    header: list[str]
    rows: list[list[str]]


class Section(TypedDict):
    """A heading (level 1 below the title, or 2) and what stands under it."""

    heading: str
    level: int
    blocks: list[Block]


class Wording(TypedDict):
    """Everything that a letter says, in the order in which it says it; renderers add nothing.

    `date` is ISO 8601.
    """

    letter_id: str
    notice_id: str
    case_id: str
    kind: str
    audience: str
    language: str
    template: str
    title: str
    date: str
    sender: list[str]
    to: list[str]
    labels: dict[str, str]
    about: list[list[str]]
    opening: list[str]
    sections: list[Section]
    closing: list[str]

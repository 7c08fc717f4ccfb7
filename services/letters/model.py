"""What letters remembers of a case, and what a letter is made from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.clocks.duties import ClockExpired
from shared.events.criteria import CaseDetermined, Determination, Reviewer
from shared.events.evaluation import Question
from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness, ServiceCode

ADVERSE = frozenset({Determination.NOT_CERTIFIED, Determination.MODIFIED})


class LetterView(BaseModel):
    """A frozen part of the state."""

    model_config = ConfigDict(frozen=True)


class LetterLine(LetterView):
    """What a letter says of a requested line beyond its determination: what is asked for, codes
    with their systems and units, place, and the day asked for. A line that the sender took back is
    `cancelled`.
    """

    sequence: int
    services: tuple[str, ...] = ()
    segment: str | None = None
    cancelled: bool = False
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
    """A letter that this case already has: what it tells (not known of one from before kinds were
    kept) and the instant of its notice (UTC).
    """

    letter_id: UUID
    notice_id: UUID
    audience: Audience
    kind: LetterKind | None = None
    at: datetime | None = None
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


class LineStanding(LetterView):
    """How a line stood at the latest determination of its case, what it asks for as the policies
    name it, and the clinician who refused or changed it.
    """

    sequence: int
    determination: Determination
    services: tuple[str, ...] = ()
    decider: Reviewer | None = None


class CaseStanding(LetterView):
    """The latest determination of a case, line by line."""

    determination: Determination
    lines: tuple[LineStanding, ...] = ()


class NotExpedited(LetterView):
    """A request that goes on as a standard one, of which nobody was told yet: the event that says
    so, and the words of the person who decided it.
    """

    notice_id: UUID
    words: str


class ExpiredClock(LetterView):
    """A missed deadline: its event, the notice of it, and when the clock started, if known."""

    notice_id: UUID
    started_at: datetime | None = None
    clock: ClockExpired


class LettersState(LetterView):
    """A case as letters knows it: its request, its latest clock, those beside it and those that ran
    out, how it stands, decisions, open questions, what was told, and the letters that exist.

    `zone` is where the days of the clock are counted (IANA), and so those of letters;
    `not_expedited` is what is to be told once a standard request's clock runs, `asked_in` the
    evaluation that asked the questions, `notice_digest` a digest of what the latest notice
    reported, and `notified_version` the version of the request that it answered.
    """

    request: RequestView | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    further: dict[int, datetime] = {}
    zone: str | None = None
    expired: tuple[ExpiredClock, ...] = ()
    not_expedited: NotExpedited | None = None
    standing: CaseStanding | None = None
    grounds: tuple[ClinicianDecision, ...] = ()
    questions: tuple[Question, ...] = ()
    asked_in: UUID | None = None
    noticed: tuple[Noticed, ...] = ()
    notice_digest: str = ""
    notified_version: int = 0
    letters: tuple[Issued, ...] = ()


class NoticeContent(LetterView):
    """Everything that the letters of one notice are made from; `at` is the notice's instant (UTC).

    `determined` has every question that is open, those of an earlier determination too, `noticed`
    what of its refusals and changes was told before, and `by_law` the lines that nobody decided and
    the law has approved. With template, language and audience it fixes a letter.
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
    by_law: tuple[int, ...] = ()

    @property
    def determination(self) -> Determination:
        """What was determined of the case as a whole."""
        return self.determined.determination

    @property
    def deciders(self) -> tuple[Reviewer, ...]:
        """The clinicians who refused or changed a line that the notice tells of, each once."""
        lines = [line for line in self.determined.lines if line.determination in ADVERSE]
        return tuple(dict.fromkeys([line.reviewer for line in lines if line.reviewer is not None]))


class SpokenNotice(LetterView):
    """Somebody was told by word of mouth what was decided; `adverse`: that not all was approved as
    asked.
    """

    addressee: Literal["member", "representative", "provider"]
    notified_at: datetime
    adverse: bool


class ClockNotice(LetterView):
    """Everything that the letters of one notice about a clock are made from; `at` is the notice's
    instant (UTC), `lines` are those it is about.

    `due_at` is the instant by which a person must decide, or by which one had to; `former_due_at`
    the one before an extension. `words` are those of the person who acted. `earlier_at` is the
    instant of the notice that this one refers to. `determination` is that of a line that is open,
    unless the notice repeats by writing what was determined; then `deciders` are the clinicians who
    refused or changed a line.
    """

    notice_id: UUID
    case_id: UUID
    kind: LetterKind
    at: datetime
    request: RequestView
    lines: tuple[LetterLine, ...]
    determination: Determination = Determination.PENDED
    due_at: datetime | None = None
    former_due_at: datetime | None = None
    reason: str = ""
    words: str = ""
    send_by: date | None = None
    citation: str = ""
    oral: SpokenNotice | None = None
    earlier_at: datetime | None = None
    deciders: tuple[Reviewer, ...] = ()


class LetterSpec(LetterView):
    """A letter before it is put into words: which letter of the matter, for whom, in which
    language, on which template.
    """

    letter_id: UUID
    audience: Audience
    language: str
    template: str
    matter: Annotated[NoticeContent | ClockNotice, Field(union_mode="left_to_right")]

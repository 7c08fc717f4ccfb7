"""What intake knows of a case, and a submission as it was read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.record import (
    FinalDetermination,
    Kept,
    MissingInformation,
    OralNotice,
    RefusedVersion,
    RunningClock,
)
from shared.events.clocks.duties import ClockKind
from shared.events.criteria import Authorization, ContentChange, Determination
from shared.events.evaluation import Advisory, Question
from shared.events.intake import Channel
from shared.events.letters import Audience, LetterKind, RenderedDocument
from shared.events.request import (
    AuthorizationRequest,
    Completion,
    LineOfBusiness,
    Provider,
    ServiceLine,
    Urgency,
)
from shared.lanes.outcome import ExternalData

ADVERSE = frozenset({Determination.NOT_CERTIFIED, Determination.MODIFIED})
FINAL = ADVERSE | {Determination.APPROVED, Determination.CANCELLED}
ACCEPTED, DUPLICATED, REJECTED = "accepted", "duplicated", "rejected"
"""What becomes of a submission."""


def request_alias(sender: str, member: str, content_sha256: str) -> str:
    """The name of a case while it is open, by a request that belongs to it: the same sender sending
    the same for the same member means the same case.

    It tells none of the three, and no two triples make one name: each part is led by its length.
    """
    parts = b"".join(f"{len(part)}:{part}".encode() for part in (sender, member, content_sha256))
    return f"request:{hashlib.sha256(parts).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Submission(ExternalData):
    """A submission that could be read. `request=None` withdraws the whole request.

    `amends` names the case that it changes by id, `prior` by an alias; `alias` is the name that
    its claim gives its case. `content` is the FHIR bundle, empty for a native request. `changed`
    are the lines that the sender marked as changed. `proof` are the headers that show whose it is.
    `completions` are what of the request was filled from the payer's records.
    """

    content: dict[str, Any]
    channel: Channel
    sender: str
    content_sha256: str
    request: AuthorizationRequest | None
    member: str = ""
    reference: str | None = None
    amends: UUID | None = None
    prior: str | None = None
    alias: str | None = None
    changed: tuple[int, ...] = ()
    proof: Mapping[str, str] = field(default_factory=dict)
    completions: tuple[Completion, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether it speaks of no earlier case."""
        return self.amends is None and self.prior is None

    @property
    def names(self) -> tuple[str, ...]:
        """The aliases that it gives its case: its content's, then its claim's; none where it names
        the case by id.
        """
        if self.amends is not None:
            return ()
        same = request_alias(self.sender, self.member, self.content_sha256)
        return (same, self.alias) if self.alias else (same,)

    @property
    def sought(self) -> tuple[str, ...]:
        """The aliases by which its case is looked for, in order: the same content first, so that a
        repeat is known before anything is refused.
        """
        names = self.names
        return (*names[:1], self.prior, *names[1:]) if self.prior else names


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a submission was not taken: a stable code, and a sentence without its content."""

    code: str
    detail: str


class Version(Kept):
    """One accepted submission of the case; its id is that of its record in the log."""

    submission_id: UUID
    version: int
    content_sha256: str
    received_at: datetime


class LineStatus(Kept):
    """A requested line as it stands; no determination yet means open.

    `performer` is who is to perform it; `change` says how its content differs from the one that was
    determined before, `former` are authorizations that stay valid for such; `since` it stands so.
    """

    line: ServiceLine
    performer: Provider = Provider()
    determination: Determination | None = None
    reason: str | None = None
    change: ContentChange | None = None
    authorization: Authorization | None = None
    former: tuple[Authorization, ...] = ()
    human_reviewed: bool = False
    since: datetime | None = None

    @property
    def authorization_number(self) -> str | None:
        """The number of the authorization, if the line has one."""
        return self.authorization.number if self.authorization else None

    @property
    def open(self) -> bool:
        """Whether somebody still waits for an answer: unknown and pended are open."""
        return self.determination not in FINAL


class Letter(Kept):
    """A notice that was issued, and its documents once rendered: with them it is handed over to be
    sent. `notice_id` is the event that it tells of; `asks` whether it asks for what is missing.
    """

    letter_id: UUID
    notice_id: UUID
    kind: LetterKind
    audience: Audience
    language: str
    issued_at: datetime
    documents: tuple[RenderedDocument, ...] = ()
    asks: bool = False
    handed_over_at: datetime | None = None
    mailed_at: datetime | None = None


class IntakeState(Kept):
    """A member's case through intake's eyes; the raw submission holds the facts.

    `resembles` is a case that asked for the same and was refused at `refused_before`;
    `notification` is the number of a declared emergency. `missing` are the fields that the newest
    version does not say and somebody needs, `completions` those that are not as it was sent.

    `clocks` are in the order of their starts, `clocked` is what decides them. `final` is the
    signature of the determination of `finals` that stands, since `decided_at`. `supported`: a
    physician, or a finding, says that it is urgent; `asked_faster`: the member asked for that,
    `refused_faster`: in vain. `answered` are the keys of acts and who did what, the newest last.
    """

    sender: str
    member: str
    reference: str | None = None
    channel: Channel
    alias: str | None = None
    line_of_business: LineOfBusiness
    state: str | None = None
    urgency: Urgency
    versions: tuple[Version, ...]
    lines: tuple[LineStatus, ...]
    clocked: Clocked
    clocks: tuple[RunningClock, ...]
    finals: tuple[FinalDetermination, ...] = ()
    final: str | None = None
    decided_at: datetime | None = None
    oral_notices: tuple[OralNotice, ...] = ()
    asked_for: tuple[MissingInformation, ...] = ()
    electronic_delivery: bool = False
    supported: bool = False
    asked_faster: bool = False
    refused_faster: bool = False
    answered: dict[str, str] = Field(default_factory=dict)
    cancelled: bool = False
    names: tuple[str, ...] = ()
    evaluation_id: UUID | None = None
    evaluated_version: int = 0
    determined_version: int = 0
    determination: Determination | None = None
    advisories: tuple[Advisory, ...] = ()
    questions: tuple[Question, ...] = ()
    letters: tuple[Letter, ...] = ()
    refused: tuple[RefusedVersion, ...] = ()
    resembles: UUID | None = None
    refused_before: datetime | None = None
    notification: str | None = None
    missing: tuple[str, ...] = ()
    completions: tuple[Completion, ...] = ()

    @property
    def version(self) -> int:
        """The number of the newest accepted version."""
        return self.versions[-1].version

    @property
    def clock(self) -> RunningClock:
        """The clock of the determination by its strictest rule: of several the newest."""
        return next(one for one in reversed(self.clocks) if one.kind is ClockKind.DETERMINATION)

    def clock_of(self, kind: ClockKind, slot: int = 0) -> RunningClock | None:
        """The newest clock of a kind and slot, if there is one."""
        same = (one for one in reversed(self.clocks) if one.slot == slot)
        return next((one for one in same if one.kind is kind), None)

    @property
    def determining(self) -> tuple[RunningClock, ...]:
        """The clocks that run and want the request decided, the first that started first."""
        return tuple(one for one in self.clocks if one.determines and one.running)

    @property
    def settled(self) -> bool:
        """Whether the newest version has an outcome for every line, pended being one."""
        return self.cancelled or self.determined_version == self.version

    def holds(self, content_sha256: str) -> bool:
        """Whether this content is already part of the case."""
        return any(one.content_sha256 == content_sha256 for one in self.versions)

    def refused_at(self, content_sha256: str) -> datetime | None:
        """When a line of this content was refused, if one was."""
        return next((one.at for one in self.refused if one.content_sha256 == content_sha256), None)

    def named(self, submission: Submission) -> tuple[str, ...]:
        """All aliases of the case, those that this submission gives included."""
        return tuple(dict.fromkeys((*self.names, *submission.names)))

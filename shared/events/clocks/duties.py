"""The clocks of a case: what the law asks by when, what met it, and what was missed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.intake import INTAKE
from shared.events.model import Code, Day, EventData, Token
from shared.events.request import Urgency

Slot = Annotated[int, Field(ge=0)]
"""Which of several clocks of a kind that run at once."""
Words = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]


class ClockKind(OpenEnumeration):
    """Which duty the clock measures: to decide and tell, by the strictest rule that binds, and by
    another one that binds too and wants something else; to ask a provider without a contract for
    information (42 CFR 422.572(d)); to say that a request is incomplete (29 CFR
    2560.503-1(f)(2)(i), (c)(1)(i)); to write after an oral notice (42 CFR 422.572(c)); to tell of a
    decision, counted from it (Cal. Health & Safety Code 1367.01(h)(3)).
    """

    DETERMINATION = "determination"
    FURTHER_DETERMINATION = "further_determination"
    INFORMATION_REQUEST = "information_request"
    INCOMPLETE_NOTICE = "incomplete_notice"
    WRITTEN_NOTICE = "written_notice"
    DECISION_NOTICE = "decision_notice"
    OTHER = "other"


DETERMINATIONS = (ClockKind.DETERMINATION, ClockKind.FURTHER_DETERMINATION)
"""Clocks that want the request decided: the strictest, and those of other duties beside it."""


class OnExpiry(OpenEnumeration):
    """What the law makes of a determination that did not come in time: it counts as adverse and can
    be appealed; it counts as approved; the plan's own appeals count as exhausted; nothing.
    """

    ADVERSE_APPEALABLE = "adverse_appealable"
    APPROVED_BY_LAW = "approved_by_law"
    EXHAUSTED = "exhausted"
    NONE = "none"
    OTHER = "other"


class DutyFact(OpenEnumeration):
    """What can meet a duty: every line decided; the provider told; the member told by word of
    mouth; the member's writing handed over to be sent, known to be mailed, or delivered
    electronically to one who chose that; information asked for; the sender's own withdrawal.
    """

    DECIDED = "decided"
    PROVIDER_NOTIFIED = "provider_notified"
    MEMBER_NOTIFIED_ORALLY = "member_notified_orally"
    WRITING_HANDED_OVER = "writing_handed_over"
    WRITING_MAILED = "writing_mailed"
    WRITING_ELECTRONIC = "writing_electronic"
    INFORMATION_ASKED = "information_asked"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


class ExtensionReason(OpenEnumeration):
    """Why a determination may take longer (42 CFR 422.568(b)(2), 422.572(b); 29 CFR
    2560.503-1(f)(2)).
    """

    MEMBER_ASKED = "member_asked"
    NONCONTRACT_INFORMATION = "noncontract_information"
    EXTRAORDINARY = "extraordinary"
    INFORMATION_MISSING = "information_missing"
    BEYOND_CONTROL = "beyond_control"
    OTHER = "other"


class ClockStarted(EventData):
    """A regulatory clock runs, or runs by a stricter rule than before.

    `due_at` is the instant after which the law calls it missed, `target_at` the earliest reading
    of it, by which work is listed. `runners_up` are rules that bind too and come due later;
    `unknown` names what the request did not say and was taken at its strictest. `zone` is the time
    zone (IANA) in which its days are counted, and in which letters tell of it.
    """

    TYPE: ClassVar[str] = "pa.intake.clock-started.v1"
    TOPIC: ClassVar[str] = INTAKE

    kind: ClockKind
    urgency: Urgency
    rule: Code
    citation: Annotated[str, Field(max_length=200)]
    started_at: datetime
    due_at: datetime
    target_at: datetime | None = None
    on_expiry: OnExpiry = OnExpiry.NONE
    runners_up: tuple[Code, ...] = ()
    unknown: tuple[Code, ...] = ()
    assumed_line_of_business: bool = False
    slot: Slot = 0
    zone: Annotated[str | None, Field(max_length=64)] = None


class ClockExtended(EventData):
    """A clock's due time was moved, once, for a reason the rule allows; `by` says who, `words` why
    in the member's interest, `tolled` that time stands still while information is missing, until
    the end of the day `until` if it does not come.
    """

    TYPE: ClassVar[str] = "pa.intake.clock-extended.v1"
    TOPIC: ClassVar[str] = INTAKE

    kind: ClockKind
    rule: Code
    due_at: datetime
    reason: Code
    target_at: datetime | None = None
    former_due_at: datetime | None = None
    extended_at: datetime | None = None
    by: Token | None = None
    words: Words | None = None
    tolled: bool = False
    until: Day | None = None
    slot: Slot = 0


class ClockStopped(EventData):
    """The duty is done: the last fact that it needs stood at `stopped_at`; `met_by` are its facts.

    `in_time` compares with the due time.
    """

    TYPE: ClassVar[str] = "pa.intake.clock-stopped.v1"
    TOPIC: ClassVar[str] = INTAKE

    kind: ClockKind
    rule: Code
    stopped_at: datetime
    due_at: datetime
    in_time: bool
    corrects_breach: bool = False
    met_by: tuple[DutyFact, ...] = ()
    slot: Slot = 0


class ClockBreached(EventData):
    """The due time passed without what meets the duty. Nothing is decided by it."""

    TYPE: ClassVar[str] = "pa.intake.clock-breached.v1"
    TOPIC: ClassVar[str] = INTAKE

    kind: ClockKind
    rule: Code
    due_at: datetime
    slot: Slot = 0


class ClockExpired(EventData):
    """A determination was not made, or not handed over, by its due time, and the law says what
    follows: `on_expiry`, on `citation`, for these lines. It is no judgement: the lines stay open
    and a person must still decide.
    """

    TYPE: ClassVar[str] = "pa.intake.clock-expired.v1"
    TOPIC: ClassVar[str] = INTAKE

    rule: Code
    citation: Annotated[str, Field(max_length=200)]
    due_at: datetime
    on_expiry: OnExpiry
    lines: tuple[int, ...]
    kind: ClockKind = ClockKind.DETERMINATION
    slot: Slot = 0
    started_at: datetime | None = None


class ClockCorrected(EventData):
    """What was told of a clock was wrong by a fact learnt of later: a mailing on another day than
    the hand-over, a receipt before the one on record, which is `former_started_at`. `breached` says
    how it stands now, and `expired` whether what the law made of its expiry stands: an approval by
    law of which somebody was told does, though the duty was done in time (ADR 10).
    """

    TYPE: ClassVar[str] = "pa.intake.clock-corrected.v1"
    TOPIC: ClassVar[str] = INTAKE

    kind: ClockKind
    rule: Code
    started_at: datetime
    due_at: datetime
    target_at: datetime | None = None
    stopped_at: datetime | None = None
    breached: bool
    expired: bool = False
    zone: Annotated[str | None, Field(max_length=64)] = None
    reason: Code
    slot: Slot = 0
    former_started_at: datetime | None = None


class ExpediteRefused(EventData):
    """A request that was asked to be expedited goes on as a standard one, counted from its original
    receipt (42 CFR 422.570(d)); the member is told, by word and in writing, with the right to a
    grievance.
    """

    TYPE: ClassVar[str] = "pa.intake.expedite-refused.v1"
    TOPIC: ClassVar[str] = INTAKE

    refused_at: datetime
    by: Token
    words: Words

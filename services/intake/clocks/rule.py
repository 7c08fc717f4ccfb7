"""One rule of the clocks: whom it binds, how long it allows, what meets it and what follows."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.clocks.confidence import Confidence
from shared.events.clocks.duties import ClockKind, DutyFact, ExtensionReason, OnExpiry
from shared.events.model import Code
from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding, Urgency

NOTICE = (
    (DutyFact.DECIDED, DutyFact.WRITING_HANDED_OVER),
    (DutyFact.DECIDED, DutyFact.WRITING_MAILED),
    (DutyFact.DECIDED, DutyFact.WRITING_ELECTRONIC),
    (DutyFact.WITHDRAWN,),
)
"""What meets a determination of which a table does not say it."""


class ClockRule(BaseModel):
    """One rule: whom it binds, in which days of receipt (of the plan's zone), and how long it
    allows; exactly one of hours, days, business days is set.

    A condition that is not set asks nothing: `urgency`, `funding` (of employers' plans), `states`,
    `electronic`, `items`, `askers`, `concurrent` (with `before_end_hours`: asked so long before
    the care ends), `post_stabilization`. `holidays` names the table whose days do not count.
    `meets` are alternatives: all facts of one must stand. `when_missing`: the duty is owed only
    where information is missing, `adverse`: only where something is refused in whole or in part.
    `starts`: what it counts from, where that is the decision. `tolls`: time stands still while
    information is missing, for as long as `answer_days` or `answer_hours` at least; within
    `decide_hours` of the answer, or of the end of that time, it is decided. `notices` are the
    letters owed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$")]
    citation: Annotated[str, Field(min_length=1, max_length=200)]
    source: Confidence
    kind: ClockKind = ClockKind.DETERMINATION
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1)]
    urgency: Urgency | None = None
    since: Annotated[date, Field(alias="from")] = date.min
    until: date = date.max
    funding: tuple[PlanFunding, ...] = ()
    states: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    electronic: bool | None = None
    items: tuple[ItemKind, ...] = ()
    askers: tuple[Asker, ...] = ()
    concurrent: bool = False
    before_end_hours: Annotated[int | None, Field(ge=1)] = None
    post_stabilization: bool = False
    hours: Annotated[int | None, Field(ge=1)] = None
    days: Annotated[int | None, Field(ge=1)] = None
    business_days: Annotated[int | None, Field(ge=1)] = None
    holidays: Code | None = None
    meets: Annotated[tuple[tuple[DutyFact, ...], ...], Field(min_length=1)] = NOTICE
    when_missing: bool = False
    adverse: bool = False
    starts: Literal["decision"] | None = None
    on_expiry: OnExpiry = OnExpiry.NONE
    extension_days: Annotated[int, Field(ge=0)] = 0
    extension_reasons: tuple[ExtensionReason, ...] = ()
    tolls: bool = False
    answer_days: Annotated[int | None, Field(ge=1)] = None
    answer_hours: Annotated[int | None, Field(ge=1)] = None
    decide_hours: Annotated[int | None, Field(ge=1)] = None
    notices: tuple[Code, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _former(cls, content: Any) -> Any:
        """Takes a rule as tables of an earlier version wrote it: one state, and fixed offsets in
        place of the plan's zone.
        """
        if not isinstance(content, dict) or not content.keys() & {"state", "utc_offsets"}:
            return content
        kept = {key: value for key, value in content.items() if key != "utc_offsets"}
        state = kept.pop("state", None)
        return kept if state is None else kept | {"states": (state,)}

    @model_validator(mode="after")
    def _clear(self) -> Self:
        if sum(length is not None for length in (self.hours, self.days, self.business_days)) != 1:
            raise ValueError(f"rule {self.id} needs exactly one of hours, days, business_days")
        if bool(self.extension_days) != bool(self.extension_reasons):
            raise ValueError(f"rule {self.id} needs both an extension and its reasons, or neither")
        if self.hours is not None and self.holidays is not None:
            raise ValueError(f"rule {self.id} counts hours, which know no holidays")
        if not all(self.meets):
            raise ValueError(f"rule {self.id} would be met by nothing")
        return self

    @model_validator(mode="after")
    def _starts_by_its_kind(self) -> Self:
        if (self.starts == "decision") is not (self.kind is ClockKind.DECISION_NOTICE):
            raise ValueError(f"rule {self.id}: notices of a decision, and no others, start with it")
        if self.adverse and self.starts is None:
            raise ValueError(f"rule {self.id} is owed before anything is refused")
        return self

    @model_validator(mode="after")
    def _within_its_reach(self) -> Self:
        """A state's law reaches neither Medicare Advantage (42 CFR 422.402) nor a plan whose
        employer bears the risk (29 USC 1144).
        """
        if self.states and LineOfBusiness.MEDICARE_ADVANTAGE in self.lines_of_business:
            raise ValueError(f"rule {self.id} is a state's, which never binds Medicare Advantage")
        if (
            self.states
            and LineOfBusiness.ERISA in self.lines_of_business
            and self.funding != (PlanFunding.INSURED,)
        ):
            raise ValueError(f"rule {self.id} is a state's, which binds insured plans only")
        return self

    @property
    def duty(self) -> tuple[tuple[tuple[DutyFact, ...], ...], OnExpiry, bool]:
        """What it wants, and what the law makes of missing it: rules that want the same are one
        duty, which the strictest of them measures.
        """
        return self.meets, self.on_expiry, self.adverse

    @property
    def unconditional(self) -> bool:
        """Whether it binds every request of its lines of business and urgency, at any time."""
        conditions = (self.funding, self.states, self.items, self.askers, self.concurrent)
        return (
            (self.since, self.until) == (date.min, date.max)
            and self.electronic is None
            and not any((*conditions, self.post_stabilization))
        )

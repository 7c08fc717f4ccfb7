"""Reference data that a request leaves out: what a plan is, and whether a provider has a contract.
An item each of kind `plans` and `provider-directory`; its content is JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

from shared.errors import Malformed
from shared.events.model import Day, Several, Token
from shared.events.request import LineOfBusiness, PlanFunding
from shared.json_text import misfits
from shared.lanes.state.reference import ReferenceItem

PLANS, DIRECTORY = "plans", "provider-directory"
KINDS = frozenset({PLANS, DIRECTORY})
ZONES = (timedelta(hours=-11), timedelta(hours=10))
"""From Samoa to Guam: on which day a request was received depends on the plan's zone."""
M = TypeVar("M", bound=BaseModel)
D = TypeVar("D", bound="PlanTerms | Contracting")


class _Row(BaseModel):
    """What holds from a day (inclusive) until another (exclusive)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[Day, Field(alias="from")]
    until: Day | None = None

    @model_validator(mode="after")
    def _lasts(self) -> _Row:
        if self.until is not None and self.until <= self.since:
            raise ValueError("it ends before it begins")
        return self

    def holds(self, days: Iterable[date]) -> bool:
        """Whether it holds on all of these days."""
        return all(self.since <= day and (self.until is None or day < self.until) for day in days)


class PlanTerms(_Row):
    """A plan by the payer's id, and what it is for a time. `state`: whose law protects its members
    where they do not say where they live.
    """

    plan: Token
    contract: Token | None = None
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    funding: PlanFunding = PlanFunding.UNKNOWN
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None


class Contracting(_Row):
    """Whether a provider has a contract with the payer for a time. Of whom nothing stands here,
    nothing is known.
    """

    npi: Annotated[str, Field(pattern=r"^[0-9]{10}$")]
    contracted: StrictBool


class _Plans(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    plans: Several[PlanTerms]


class _Directory(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    providers: Several[Contracting]


@dataclass(frozen=True, slots=True)
class PayerRecords:
    """Plans by their ids and providers by their NPIs, each row with the item that it is from
    (`plans/2026`).
    """

    plans: Mapping[str, list[tuple[str, PlanTerms]]] = field(default_factory=dict)
    providers: Mapping[str, list[tuple[str, Contracting]]] = field(default_factory=dict)


def payer_records(items: Iterable[ReferenceItem]) -> PayerRecords:
    """What the items say together; raises `Malformed` where one cannot be read."""
    plans: dict[str, list[tuple[str, PlanTerms]]] = defaultdict(list)
    providers: dict[str, list[tuple[str, Contracting]]] = defaultdict(list)
    for item in items:
        source = f"{item.kind}/{item.id}"
        if item.kind == PLANS:
            for terms in _read(_Plans, item).plans:
                plans[terms.plan].append((source, terms))
        elif item.kind == DIRECTORY:
            for provider in _read(_Directory, item).providers:
                providers[provider.npi].append((source, provider))
    return PayerRecords(dict(plans), dict(providers))


def _read(model: type[M], item: ReferenceItem) -> M:
    try:
        return model.model_validate_json(item.content)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise Malformed(
            f"{item.kind} {item.id} does not fit ({misfits(errors, 'item')}).", code="payer_records"
        ) from None


def in_force(rows: Iterable[tuple[str, D]], received_at: datetime) -> list[tuple[str, D]]:
    """The rows that hold on the day of receipt, in whichever zone it is counted."""
    days = {(received_at.astimezone(UTC) + zone).date() for zone in ZONES}
    return [(source, row) for source, row in rows if row.holds(days)]

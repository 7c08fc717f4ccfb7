"""What of a request decides its clocks."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding, Urgency


class Clocked(BaseModel):
    """What of a request decides its clocks, as far as it is known.

    `state` is whose law governs the plan (two letters), `residence` where the member lives, which
    may be another: the rules of both bind. `electronic` is whether the request came by an
    electronic exchange; `items` are the kinds of its lines, of which none known is unknown.
    `concurrent`: it asks that care which is under way go on, until `care_ends_at`. `plan` is the
    plan whose days are counted. `None` and `unknown` are taken at their strictest.
    """

    model_config = ConfigDict(frozen=True)

    line_of_business: LineOfBusiness
    urgency: Urgency
    state: str | None = None
    residence: str | None = None
    funding: PlanFunding = PlanFunding.UNKNOWN
    electronic: bool | None = None
    asker: Asker = Asker.UNKNOWN
    items: tuple[ItemKind, ...] = ()
    concurrent: bool | None = False
    care_ends_at: datetime | None = None
    post_stabilization: bool = False
    plan: str | None = None

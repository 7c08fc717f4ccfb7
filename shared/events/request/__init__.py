"""The authorization request in the field's terms, by one name for whoever reads or writes it."""

from __future__ import annotations

from shared.events.request.authorization import AuthorizationRequest, RequestOutline
from shared.events.request.completion import Completion
from shared.events.request.coverage import (
    Address,
    Asker,
    ItemKind,
    LineOfBusiness,
    Phone,
    PlanFunding,
    Sex,
)
from shared.events.request.facts import (
    Certainty,
    Choice,
    Document,
    Fact,
    FactValue,
    Interval,
    ListStatement,
    Scope,
    Source,
)
from shared.events.request.lines import (
    ServiceCode,
    ServiceLine,
)
from shared.events.request.people import Member, Provider
from shared.events.request.urgency import Urgency, faster

__all__ = [
    "Address",
    "Asker",
    "AuthorizationRequest",
    "Certainty",
    "Choice",
    "Completion",
    "Document",
    "Fact",
    "FactValue",
    "Interval",
    "ItemKind",
    "LineOfBusiness",
    "ListStatement",
    "Member",
    "Phone",
    "PlanFunding",
    "Provider",
    "RequestOutline",
    "Scope",
    "ServiceCode",
    "ServiceLine",
    "Sex",
    "Source",
    "Urgency",
    "faster",
]

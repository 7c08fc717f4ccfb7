"""What a request leaves unknown, filled from the payer's own records as of its receipt.

What it says is never replaced. Where the records contradict it, neither is taken: the field is
unknown again, and what is unknown is taken at its strictest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from services.intake.reading.plans import PayerRecords, PlanTerms, in_force
from shared.events.request import (
    Asker,
    AuthorizationRequest,
    Completion,
    LineOfBusiness,
    Member,
    PlanFunding,
)

UNKNOWN = (None, "unknown", "other")
CONTRADICTED: dict[str, Any] = {
    "line_of_business": LineOfBusiness.UNKNOWN,
    "funding": PlanFunding.UNKNOWN,
}
"""What a member's field is when plan and request contradict each other. A member may live in
another state than the one whose law their plan follows, and a plan with another contract is another
plan: those contradict nothing.
"""
FILLED = (*CONTRADICTED, "contract", "state")
BY_CONTRACT = {True: Asker.CONTRACTED_PROVIDER, False: Asker.NONCONTRACT_PROVIDER}


class Completed(NamedTuple):
    """A request as far as it is known, and what of it is not as its sender wrote it."""

    request: AuthorizationRequest
    completions: tuple[Completion, ...] = ()


def completed(
    records: PayerRecords, request: AuthorizationRequest, received_at: datetime
) -> Completed:
    """The request, with what the payer's records say of its plan and of who asks."""
    if not records.plans and not records.providers:
        return Completed(request)
    of_member = list(_of_member(records, request.member, received_at))
    of_asker = list(_of_asker(records, request, received_at))
    if not of_member and not of_asker:
        return Completed(request)
    member = {name: value for name, value, _ in of_member}
    update = {name: value for name, value, _ in of_asker}
    if member:
        update["member"] = request.member.model_copy(update=member)
    return Completed(
        request.model_copy(update=update), tuple(one for _, _, one in (*of_member, *of_asker))
    )


Change = tuple[str, Any, Completion]


def _of_member(records: PayerRecords, member: Member, received_at: datetime) -> Iterator[Change]:
    rows = [
        (source, terms)
        for source, terms in in_force(records.plans.get(member.plan or "", ()), received_at)
        if member.contract in (None, terms.contract) or terms.contract is None
    ]
    for name in FILLED:
        found = _agreed(rows, name)
        if found is None:
            continue
        source, value = found
        stated = getattr(member, name)
        if stated in UNKNOWN:
            yield name, value, Completion(field=f"member.{name}", source=source)
        elif name in CONTRADICTED and stated != value:
            yield name, CONTRADICTED[name], _contradicted(f"member.{name}", source)


def _of_asker(
    records: PayerRecords, request: AuthorizationRequest, received_at: datetime
) -> Iterator[Change]:
    """Whether the provider who asks has a contract; of a member who asks that says nothing."""
    rows = in_force(records.providers.get(request.requester.npi or "", ()), received_at)
    contracted = {row.contracted for _, row in rows}
    if len(contracted) != 1:
        return
    source, row = rows[0]
    known = BY_CONTRACT[row.contracted]
    if request.asker in UNKNOWN:
        yield "asker", known, Completion(field="asker", source=source)
    elif request.asker in BY_CONTRACT.values() and request.asker is not known:
        yield "asker", Asker.UNKNOWN, _contradicted("asker", source)


def _agreed(rows: Iterable[tuple[str, PlanTerms]], name: str) -> tuple[str, Any] | None:
    """What the rows say alike of a field, with the first source of it; nothing where one of them is
    silent.
    """
    stated = [(source, getattr(terms, name)) for source, terms in rows]
    values = {value for _, value in stated}
    return stated[0] if len(values) == 1 and stated[0][1] not in UNKNOWN else None


def _contradicted(field: str, source: str) -> Completion:
    return Completion(field=field, source=source, contradicted=True)

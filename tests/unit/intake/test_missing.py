"""What nobody knows of a request is named with whoever needs it, and holds nothing back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.intake.api.views import case_view
from services.intake.reading.missing import NEEDED_BY, Need, missing
from shared.events.request import (
    Address,
    Asker,
    AuthorizationRequest,
    ItemKind,
    LineOfBusiness,
    Member,
    PlanFunding,
    Provider,
    ServiceLine,
    Sex,
)
from tests.unit.intake.given import opened

WHOLE = AuthorizationRequest(
    member=Member(
        id="M-1",
        line_of_business=LineOfBusiness.MEDICARE_ADVANTAGE,
        state="OH",
        contract="H0000",
        plan="001",
        medicare_number="1EG4-TE5-MK73",
        sex=Sex.OTHER,
        address=Address(lines=("1 Example Street",), zip="45501", county="Clark"),
        electronic_delivery=False,
        primary_care=Provider(name="Example Family Practice"),
    ),
    requester=Provider(phone="555-555-0100"),
    lines=(ServiceLine(sequence=3, item=ItemKind.SERVICE),),
    asker=Asker.MEMBER,
)


def lacking(request: AuthorizationRequest) -> list[str]:
    return [one.field for one in missing(request)]


def with_member(**changed: Any) -> AuthorizationRequest:
    return WHOLE.model_copy(update={"member": WHOLE.member.model_copy(update=changed)})


def with_line(**changed: Any) -> AuthorizationRequest:
    return WHOLE.model_copy(update={"lines": (WHOLE.lines[0].model_copy(update=changed),)})


def test_of_a_request_that_says_everything_nothing_is_missing():
    assert missing(WHOLE) == ()


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (with_member(state=None), ["member.state"]),
        (with_member(plan=None), ["member.plan"]),
        (with_member(contract=None), ["member.contract"]),
        (with_member(medicare_number=None), ["member.medicare_number"]),
        (with_member(sex=Sex.UNKNOWN), ["member.sex"]),
        (with_member(electronic_delivery=None), ["member.electronic_delivery"]),
        (with_member(primary_care=None), ["member.primary_care"]),
        (with_member(address=None), ["member.address"]),
        (
            with_member(address=Address(lines=("1 Example Street",))),
            ["member.address.zip", "member.address.county"],
        ),
        (
            with_member(line_of_business=LineOfBusiness.UNKNOWN),
            ["member.line_of_business", "member.funding"],
        ),
        (with_member(line_of_business=LineOfBusiness.ERISA), ["member.funding"]),
        (
            with_member(
                line_of_business=LineOfBusiness.ERISA,
                funding=PlanFunding.INSURED,
                medicare_number=None,
                contract=None,
            ),
            [],
        ),
        (WHOLE.model_copy(update={"requester": Provider()}), ["requester.phone"]),
        (WHOLE.model_copy(update={"asker": Asker.UNKNOWN}), ["asker"]),
        (with_line(item=ItemKind.UNKNOWN), ["lines[3].item"]),
        (with_line(item=ItemKind.UNKNOWN, cancelled=True), []),
        (with_line(start_of_care="2026-01-01"), ["lines[3].care_ends_at"]),
    ],
)
def test_what_is_missing_is_named(request_: AuthorizationRequest, fields: list[str]):
    assert lacking(request_) == fields


def test_every_field_that_can_be_missing_has_who_needs_it():
    bare = AuthorizationRequest(
        member=Member(id="M-1"),
        lines=(ServiceLine(sequence=1, start_of_care="2026-01-01"),),
    )
    of_address = with_member(address=Address())
    named = {one.rpartition("].")[2] for one in (*lacking(bare), *lacking(of_address))}
    assert named == set(NEEDED_BY)
    assert all(one.needed_by for one in missing(bare))


def test_the_case_shows_what_is_missing_and_its_clock_runs():
    view = case_view(UUID(int=1), opened())
    shown = {one.field: one.needed_by for one in view.missing}
    assert shown["lines[2].item"] == (Need.CLOCK_RULE,)
    assert shown["requester.phone"] == (Need.CALL,)
    assert view.clock.due_at is not None

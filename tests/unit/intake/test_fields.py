"""Fields that clocks, letters and reports need and a request may lack: without them it is what it
was before there were any.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from services.intake.handlers import read
from shared.errors import Malformed
from shared.events.content.digest import LineContent, content_digest
from shared.events.request import Asker, AuthorizationRequest, ItemKind, PlanFunding, Sex
from shared.events.submissions import AuthorizationRequestSubmitted
from tests.unit.intake.given import line, raw, request

NATIVE = AuthorizationRequestSubmitted.TYPE
MEMBER: dict[str, Any] = {
    "id": "M-1",
    "funding": "insured",
    "contract": "H0000",
    "plan": "001",
    "medicare_number": "1EG4-TE5-MK73",
    "sex": "other",
    "address": {
        "lines": ["1 Example Street", "Apt 2"],
        "city": "Springfield",
        "state": "OH",
        "zip": "45501-0001",
        "county": "Clark",
    },
    "electronic_delivery": False,
    "primary_care": {"npi": "1999999992", "phone": "(555) 555-0100 x12"},
}

REQUEST_SHA = "60df0dc066a88f644d95dc7c6a9474088bb63741e4214065ce3aeee53b9db538"
LINE_DIGEST = "1:64b315dfff720c00b883465b062b7cdb67a1fc9ba17e22ca05722cd33ad4796f"
PUBLISHED_SHA = "458002b0321c16c2e4457a2b7819623521ed8e62605a2975d468317b4f34926a"
"""Computed by the release before the fields, of the request of `given`."""


def taken(**changed: Any) -> AuthorizationRequest:
    """The request that intake reads; `changed` as the sender writes it."""
    found = read(NATIVE, {}, raw(request(**changed))).request
    assert found is not None
    return found


def refusal(**changed: Any) -> str:
    with pytest.raises(Malformed) as caught:
        read(NATIVE, {}, raw(request(**changed)))
    return str(caught.value)


def test_a_request_without_them_has_the_hash_and_the_digests_that_it_had_before():
    found = read(NATIVE, {}, raw(request()))
    assert found.request is not None
    lines = [LineContent(line=one) for one in found.request.lines]
    assert found.content_sha256 == REQUEST_SHA
    assert [content_digest("M-1", one) for one in lines] == [LINE_DIGEST] * 2
    assert hashlib.sha256(found.request.published()).hexdigest() == PUBLISHED_SHA


def test_they_are_read_as_they_are_written():
    ends = "2026-03-08T08:00:00-04:00"
    found = taken(
        member=MEMBER,
        asker="noncontract_provider",
        requester={"phone": "+1 555-555-0123"},
        lines=[line(1, item="part_b_drug", post_stabilization=True, care_ends_at=ends)],
    )
    assert found.member.funding is PlanFunding.INSURED
    assert found.member.sex is Sex.OTHER
    assert found.asker is Asker.NONCONTRACT_PROVIDER
    assert found.lines[0].item is ItemKind.PART_B_DRUG
    assert found.model_dump(mode="json", exclude_unset=True)["member"] == MEMBER
    assert found.model_dump(mode="json")["lines"][0]["care_ends_at"] == "2026-03-08T12:00:00Z"


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        ("member: funding", {"member": {"id": "M-1", "funding": "other"}}),
        ("asker: asker", {"asker": "other"}),
        ("lines: item", {"lines": [line(1), line(2, item="other")]}),
    ],
)
def test_what_a_reader_takes_for_unknown_cannot_be_sent(place: str, changed: dict[str, Any]):
    assert place in refusal(**changed)


@pytest.mark.parametrize(
    "phone",
    ["", "--", "call me", "0" * 41, "555-0100\n", "\u0665\u0665\u0665-\u0660\u0661\u0660\u0660"],
)
def test_a_telephone_number_is_one(phone: str):
    assert "requester.phone: string" in refusal(requester={"phone": phone})


@pytest.mark.parametrize(
    "ends",
    ["2026-03-08T08:00:00", "2026-03-08", 1_772_971_200, "1772971200", "9999-12-31T23:00:00-05:00"],
)
def test_an_instant_has_its_offset_and_a_date_in_utc(ends: Any):
    told = refusal(lines=[line(1, care_ends_at=ends)])
    assert "lines.0.care_ends_at: " in told


@pytest.mark.parametrize("address", [{"zip": "4550"}, {"state": "Ohio"}, {"lines": [""]}])
def test_an_address_is_one_that_a_letter_reaches(address: dict[str, Any]):
    assert "member.address." in refusal(member={"id": "M-1", "address": address})

"""What a request leaves out is filled from the payer's records as of its receipt, seen as filled,
and never against what the sender says.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.handlers import as_known, service
from services.intake.reading.completion import completed
from services.intake.reading.plans import DIRECTORY, PLANS, PayerRecords, payer_records
from services.intake.reference import intake_reference, packaged
from shared.errors import Malformed
from shared.events.intake import RequestAmended, RequestReceived
from shared.events.request import (
    Asker,
    AuthorizationRequest,
    Completion,
    LineOfBusiness,
    Member,
    PlanFunding,
    Provider,
    ServiceLine,
)
from shared.lanes.outcome import Received
from shared.lanes.state.reference import ReferenceItem
from shared.settings import load
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_of,
    submission_of,
    submitted,
    types,
    when,
)

NPI = "1999999992"
TERMS = {"plan": "P-1", "from": "2026-01-01", "line_of_business": "erisa", "funding": "insured"}
IN_FORCE = Provider(npi=NPI)


def plans(*rows: dict[str, Any], ident: str = "2026") -> ReferenceItem:
    return ReferenceItem(PLANS, ident, json.dumps({"plans": rows}).encode())


def directory(*rows: dict[str, Any]) -> ReferenceItem:
    return ReferenceItem(DIRECTORY, "network", json.dumps({"providers": rows}).encode())


def contract(*, contracted: bool, **changed: Any) -> dict[str, Any]:
    return {"npi": NPI, "contracted": contracted, "from": "2026-01-01", **changed}


def request(asker: Asker = Asker.UNKNOWN, **member: Any) -> AuthorizationRequest:
    return AuthorizationRequest(
        member=Member(**{"id": "M-1", "plan": "P-1"} | member),
        requester=IN_FORCE,
        lines=(ServiceLine(sequence=1),),
        asker=asker,
    )


def filled(
    items: list[ReferenceItem], asked: AuthorizationRequest, at: datetime = RECEIVED_AT
) -> tuple[AuthorizationRequest, tuple[Completion, ...]]:
    return completed(payer_records(items), asked, at)


def test_what_is_unknown_is_filled_and_told_with_its_source():
    found, notes = filled([plans({**TERMS, "contract": "H0000", "state": "NJ"})], request())
    member = found.member
    assert (member.line_of_business, member.funding, member.contract, member.state) == (
        LineOfBusiness.ERISA,
        PlanFunding.INSURED,
        "H0000",
        "NJ",
    )
    assert {one.field for one in notes} == {
        "member.line_of_business",
        "member.funding",
        "member.contract",
        "member.state",
    }
    assert {(one.source, one.contradicted) for one in notes} == {("plans/2026", False)}


def test_what_the_sender_says_stays_where_the_records_say_the_same_or_nothing():
    asked = request(line_of_business=LineOfBusiness.ERISA, funding=PlanFunding.INSURED, state="OH")
    assert filled([plans({**TERMS, "state": "NJ"})], asked) == (asked, ())


def test_what_the_records_contradict_is_unknown_and_never_theirs():
    asked = request(line_of_business=LineOfBusiness.ERISA, funding=PlanFunding.SELF_FUNDED)
    found, notes = filled([plans(TERMS)], asked)
    assert found.member.funding is PlanFunding.UNKNOWN
    assert notes == (Completion(field="member.funding", source="plans/2026", contradicted=True),)


@pytest.mark.parametrize(
    ("rows", "funding"),
    [
        ([TERMS, {**TERMS, "funding": "self_funded"}], PlanFunding.UNKNOWN),
        ([TERMS, {**TERMS, "contract": "H1"}], PlanFunding.INSURED),
        ([TERMS, {"plan": "P-1", "from": "2026-01-01"}], PlanFunding.UNKNOWN),
        ([{**TERMS, "plan": "P-2"}], PlanFunding.UNKNOWN),
        ([{**TERMS, "contract": "H2"}], PlanFunding.UNKNOWN),
    ],
)
def test_only_what_all_rows_of_a_plan_say_alike_is_filled(
    rows: list[dict[str, Any]], funding: PlanFunding
):
    found, _ = filled([plans(*rows)], request(contract="H1"))
    assert found.member.funding is funding


@pytest.mark.parametrize(
    ("received_at", "known"),
    [
        (datetime(2025, 12, 31, 13, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 1, 10, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 1, 11, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 13, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 14, 0, tzinfo=UTC), False),
    ],
)
def test_the_records_are_those_of_the_day_of_receipt_in_every_zone(
    received_at: datetime, *, known: bool
):
    found, _ = filled([plans({**TERMS, "until": "2026-07-01"})], request(), received_at)
    assert (found.member.funding is PlanFunding.INSURED) is known


@pytest.mark.parametrize(
    ("asker", "rows", "expected"),
    [
        (Asker.UNKNOWN, [contract(contracted=True)], Asker.CONTRACTED_PROVIDER),
        (Asker.UNKNOWN, [contract(contracted=False)], Asker.NONCONTRACT_PROVIDER),
        (Asker.UNKNOWN, [contract(contracted=True, npi="1999999984")], Asker.UNKNOWN),
        (Asker.UNKNOWN, [contract(contracted=True, until="2026-02-01")], Asker.UNKNOWN),
        (Asker.UNKNOWN, [contract(contracted=True), contract(contracted=False)], Asker.UNKNOWN),
        (Asker.MEMBER, [contract(contracted=True)], Asker.MEMBER),
        (Asker.CONTRACTED_PROVIDER, [contract(contracted=True)], Asker.CONTRACTED_PROVIDER),
        (Asker.CONTRACTED_PROVIDER, [contract(contracted=False)], Asker.UNKNOWN),
        (Asker.NONCONTRACT_PROVIDER, [contract(contracted=True)], Asker.UNKNOWN),
    ],
)
def test_whether_who_asks_has_a_contract_is_known_from_the_directory(
    asker: Asker, rows: list[dict[str, Any]], expected: Asker
):
    found, notes = filled([directory(*rows)], request(asker))
    assert found.asker is expected
    assert bool(notes) is (expected is not asker)


LINES = st.sampled_from([one for one in LineOfBusiness if one is not LineOfBusiness.OTHER])
FUNDINGS = st.sampled_from([one for one in PlanFunding if one is not PlanFunding.OTHER])


@given(st.lists(st.tuples(LINES, FUNDINGS), max_size=4), LINES, FUNDINGS)
@settings(max_examples=200, deadline=None)
def test_no_records_ever_replace_what_is_said(
    rows: list[tuple[LineOfBusiness, PlanFunding]], business: LineOfBusiness, funding: PlanFunding
):
    asked = request(line_of_business=business, funding=funding)
    written = [
        {"plan": "P-1", "from": "2026-01-01", "line_of_business": one, "funding": other}
        for one, other in rows
    ]
    found, notes = filled([plans(*written)], asked)
    for name in ("line_of_business", "funding"):
        before, after = getattr(asked.member, name), getattr(found.member, name)
        assert before == "unknown" or after in (before, "unknown")
        changed = [one for one in notes if one.field == f"member.{name}"]
        assert bool(changed) is (before != after)
        assert [one.contradicted for one in changed] == [after == "unknown"] * len(changed)


@pytest.mark.parametrize(
    "item",
    [
        ReferenceItem(PLANS, "x", b"[]"),
        ReferenceItem(PLANS, "x", b"{"),
        plans({**TERMS, "funding": "SECRET"}),
        plans({**TERMS, "until": "2026-01-01"}),
        directory({"npi": "12", "contracted": True, "from": "2026-01-01"}),
        directory({"npi": NPI, "contracted": "yes", "from": "2026-01-01"}),
    ],
)
def test_records_that_cannot_be_read_are_refused_without_a_value(item: ReferenceItem):
    with pytest.raises(Malformed) as caught:
        intake_reference((*packaged(), item))
    assert "SECRET" not in str(caught.value)


RECORDS: PayerRecords = payer_records([plans(TERMS), directory(contract(contracted=True))])


ASKED: dict[str, Any] = {
    "sender": "clinic-1",
    "member": {"id": "M-1", "plan": "P-1"},
    "requester": {"npi": NPI},
    "lines": [{"sequence": 1}],
}


def known(records: PayerRecords = RECORDS, **changed: Any) -> Received:
    """The request as intake decides on it."""
    return as_known(records, submitted({**ASKED, **changed}))


def test_the_event_and_the_case_tell_what_was_filled_and_the_hash_is_of_what_was_sent():
    received = known()
    outcome = when(None, received)
    event = outcome.events[0].data
    assert isinstance(event, RequestReceived)
    assert event.request.member.funding is PlanFunding.INSURED
    assert event.request.asker is Asker.CONTRACTED_PROVIDER
    assert [one.field for one in event.completions] == [
        "member.line_of_business",
        "member.funding",
        "asker",
    ]
    state = case_of(outcome)
    assert state.completions == event.completions
    assert state.line_of_business is LineOfBusiness.ERISA
    assert not {"member.funding", "asker"} & set(state.missing)
    assert event.content_sha256 == submission_of(submitted(ASKED)).content_sha256


def test_a_repeat_is_known_as_one_whatever_the_records_say_by_then():
    first = when(None, known())
    again = when(case_of(first), known(PayerRecords()))
    assert types(again) == ["SubmissionDuplicated"]


def test_a_later_version_is_filled_anew_as_of_its_own_receipt():
    state = case_of(when(None, known()))
    later = submitted({**ASKED, "amends": str(CASE), "note": "More."}, at=RECEIVED_AT + HOUR)
    outcome = when(state, as_known(PayerRecords(), later))
    event = outcome.events[0].data
    assert isinstance(event, RequestAmended)
    assert event.completions == case_of(outcome).completions == ()
    assert "member.plan" not in case_of(outcome).missing
    assert {"member.funding", "asker"} <= set(case_of(outcome).missing)


def test_intake_decides_on_the_request_as_its_reference_data_completes_it():
    reference = intake_reference((*packaged(), plans(TERMS)))
    outcome = service(load()).decide(reference, None, submitted(ASKED), RECEIVED_AT)
    event = outcome.events[0].data
    assert isinstance(event, RequestReceived)
    assert event.request.member.funding is PlanFunding.INSURED

"""What a request says that decides its clocks, and what its codes tell where it does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.intake.clocks.asked import clocked_from
from services.intake.clocks.due import due
from services.intake.clocks.reference import clock_rules
from services.intake.handlers import read
from shared.events.intake import Channel
from shared.events.request import Asker, AuthorizationRequest, ItemKind, PlanFunding
from shared.events.submissions import AuthorizationRequestSubmitted
from tests.unit.intake.given import RECEIVED_AT, line, raw, request

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "examples"
S, D, U = ItemKind.SERVICE, ItemKind.PART_B_DRUG, ItemKind.UNKNOWN


def asked(**changed: Any) -> AuthorizationRequest:
    """A request as intake reads it."""
    found = read(AuthorizationRequestSubmitted.TYPE, {}, raw(request(**changed))).request
    assert found is not None
    return found


def kinds(*codes: dict[str, Any], **changed: Any) -> tuple[ItemKind, ...]:
    """The kinds of a request of one line."""
    one = asked(lines=[line(1, codes=list(codes), **changed)])
    return clocked_from(one, Channel.NATIVE).items


@pytest.mark.parametrize(
    ("system", "code", "kind"),
    [
        ("cpt", "63276", S),
        ("cpt", "0075T", S),
        ("cpt", "90378", U),  # an immune globulin
        ("cpt", "90480", U),  # a vaccine
        ("hcpcs", "J0178", D),
        ("hcpcs", "J9999", D),
        ("hcpcs", "Q5101", D),
        ("hcpcs", "Q4101", U),
        ("hcpcs", "E1390", S),
        ("hcpcs", "L5301", S),
        ("hcpcs", "A9500", U),
        ("hcpcs", "C9399", U),
        ("urn:other", "J0178", U),
    ],
)
def test_a_code_tells_by_its_section_what_is_asked_for(system: str, code: str, kind: ItemKind):
    assert kinds({"system": system, "code": code}) == (kind,)


def test_what_the_sender_calls_a_line_that_its_codes_contradict_is_taken_for_both():
    assert kinds({"system": "cpt", "code": "63276"}, item="outpatient_drug") == (
        ItemKind.OUTPATIENT_DRUG,
        S,
    )
    drug = {"system": "hcpcs", "code": "J9271"}
    assert kinds(drug, item="service") == (D, S)
    called = clocked_from(asked(lines=[line(1, item="service", codes=[drug])]), Channel.NATIVE)
    found = due(clock_rules(), called, RECEIVED_AT)
    assert (found.rule.id, found.rule.extension_days) == ("ma-part-b-drug-72h", 0)


def test_what_the_sender_calls_a_line_fills_what_its_codes_do_not_tell():
    assert kinds({"system": "hcpcs", "code": "A9500"}, item="part_b_drug") == (D,)
    assert kinds(item="service") == (S,)
    assert kinds() == (U,)


def test_a_range_is_what_both_its_ends_are_and_a_foreign_code_what_it_is_elsewhere():
    assert kinds({"system": "hcpcs", "code": "E0100", "through": "J0178"}) == (D, S)
    elsewhere = {"system": "urn:other", "code": "1"}
    told = elsewhere | {"translations": [{"system": "cpt", "code": "63276"}]}
    assert kinds(told) == (S,)
    assert kinds(elsewhere) == (U,)


def test_one_line_that_may_be_a_drug_is_enough_for_the_clock_of_drugs():
    drug = line(2, codes=[{"system": "hcpcs", "code": "J0178"}])
    both = due(
        clock_rules(), clocked_from(asked(lines=[line(1), drug]), Channel.NATIVE), RECEIVED_AT
    )
    alone = due(clock_rules(), clocked_from(asked(lines=[line(1)]), Channel.NATIVE), RECEIVED_AT)
    gone = asked(lines=[line(1), drug | {"cancelled": True}])
    withdrawn = due(clock_rules(), clocked_from(gone, Channel.NATIVE), RECEIVED_AT)
    assert both.rule.id == "ma-part-b-drug-72h"
    assert both.runners_up == ("ma-standard-7d",)
    assert alone == withdrawn
    assert alone.rule.id == "ma-standard-7d"


def test_who_pays_who_asks_and_whose_plan_it_is_come_from_the_request():
    member = {"id": "M-1", "funding": "insured", "contract": "H0000", "plan": "001"}
    found = clocked_from(asked(member=member, asker="noncontract_provider"), Channel.FHIR_PAS)
    assert (found.funding, found.asker, found.plan) == (
        PlanFunding.INSURED,
        Asker.NONCONTRACT_PROVIDER,
        "H0000-001",
    )
    assert found.electronic is True
    assert clocked_from(asked(), Channel.OTHER).electronic is None
    assert clocked_from(asked(), Channel.NATIVE).plan is None


def test_care_that_goes_on_is_concurrent_and_ends_with_the_last_of_it_where_all_say_so():
    started, soon, late = "2026-01-02", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"
    ends = [line(1, care_ends_at=soon), line(2, care_ends_at=late)]
    found = clocked_from(asked(lines=ends), Channel.NATIVE)
    assert (found.concurrent, found.care_ends_at) == (True, datetime(2026, 3, 2, 10, tzinfo=UTC))
    silent = clocked_from(asked(lines=[*ends, line(3, start_of_care=started)]), Channel.NATIVE)
    assert (silent.concurrent, silent.care_ends_at) == (True, None)
    new = clocked_from(asked(), Channel.NATIVE)
    assert (new.concurrent, new.care_ends_at, new.post_stabilization) == (False, None, False)
    after = clocked_from(asked(lines=[line(1), line(2, post_stabilization=True)]), Channel.NATIVE)
    assert after.post_stabilization


def test_the_urgent_operation_of_the_reference_case_has_its_seventy_two_hours():
    content = json.loads((EXAMPLES / "reference_case.json").read_text(encoding="utf-8"))
    found = read(AuthorizationRequestSubmitted.TYPE, {}, raw(content)).request
    assert found is not None
    clock = due(clock_rules(), clocked_from(found, Channel.NATIVE), RECEIVED_AT)
    assert (clock.rule.id, clock.unknown) == ("erisa-urgent-72h", ())

"""Answers in FHIR: every item by its sequence with its code, pended where nothing is determined."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.intake.fhir import codes
from services.intake.fhir.respond import held, operation_outcome, response_bundle
from services.intake.model import IntakeState
from shared.errors import Fault
from shared.events.criteria import Authorization, Basis, Determination, LineDetermined
from shared.examples.pas import bundle
from tests.unit.intake.given import RECEIVED_AT, case_of, line_determined, submitted, told, when
from tests.unit.intake.plain import PAYER, plain, resource

CASE = UUID(int=77)


SUBMISSION = UUID(int=78)


def response(state: IntakeState | None) -> dict[str, Any]:
    answered = response_bundle(bundle("homecare"), SUBMISSION, held(CASE, state), RECEIVED_AT)
    found: dict[str, Any] = answered["entry"][0]["resource"]
    return found


def case(*events: LineDetermined) -> IntakeState:
    state = case_of(when(None, submitted(bundle("homecare"), fhir=True)))
    for event in events:
        state = case_of(when(state, told(event)))
    return state


def action(item: dict[str, Any]) -> dict[str, Any]:
    (adjudication,) = item["adjudication"]
    (extension,) = adjudication["extension"]
    assert extension["url"] == codes.REVIEW_ACTION
    return {
        one["url"]: one.get("valueString") or one["valueCodeableConcept"]["coding"][0]
        for one in extension["extension"]
    }


def test_before_a_case_holds_it_nothing_is_said_of_an_item_or_of_a_case():
    found = response_bundle(bundle("homecare"), SUBMISSION, None, RECEIVED_AT)
    response = found["entry"][0]["resource"]
    assert (response["outcome"], "item" in response) == ("queued", False)
    assert str(CASE) not in str(found)


def test_without_an_outcome_every_item_is_pended_and_the_answer_is_complete():
    found = response(case())
    assert found["outcome"] == "complete"
    assert [(item["itemSequence"], action(item)) for item in found["item"]] == [
        (1, {codes.REVIEW_ACTION_CODE: {"system": codes.X12_306, "code": "A4"}}),
        (2, {codes.REVIEW_ACTION_CODE: {"system": codes.X12_306, "code": "A4"}}),
    ]
    assert found["item"][0]["extension"][0]["valueString"] == str(CASE)


def test_an_approved_item_carries_its_number_and_the_other_stays_pended():
    granted = Authorization(
        number="PA-1", valid_from=RECEIVED_AT.date(), valid_to=RECEIVED_AT.date(), units=1
    )
    first, second = response(
        case(
            line_determined(1, Determination.APPROVED).model_copy(update={"authorization": granted})
        )
    )["item"]
    assert (action(first)["number"], action(first)[codes.REVIEW_ACTION_CODE]["code"]) == (
        "PA-1",
        "A1",
    )
    assert action(second)[codes.REVIEW_ACTION_CODE]["code"] == "A4"


def test_a_refused_item_says_why_and_that_a_person_decided():
    found = response(case(line_determined(2, Determination.NOT_CERTIFIED, basis=Basis.CLINICIAN)))
    assert found["item"][1]["noteNumber"] == [found["processNote"][0]["number"]]
    assert found["extension"][0]["extension"] == [
        {"url": "wasHumanReviewedFlag", "valueBoolean": True}
    ]


def test_the_answer_to_an_update_speaks_of_all_its_items():
    state = case_of(when(case(), submitted(bundle("homecare_update"), fhir=True, of=CASE)))
    found = response_bundle(bundle("homecare_update"), SUBMISSION, held(CASE, state), RECEIVED_AT)[
        "entry"
    ][0]["resource"]
    assert [action(item)[codes.REVIEW_ACTION_CODE]["code"] for item in found["item"]] == [
        "A4",
        "C",
        "A4",
    ]


def test_the_bundle_holds_the_parties_and_not_the_request():
    found = response_bundle(bundle("homecare"), SUBMISSION, None, RECEIVED_AT)
    assert [entry["resource"]["resourceType"] for entry in found["entry"]] == [
        "ClaimResponse",
        "Organization",
        "Organization",
        "Patient",
    ]
    assert found["identifier"] == bundle("homecare")["identifier"]
    assert found["entry"][0]["resource"]["request"] == {
        "reference": "http://example.org/fhir/Claim/HomecareAuthorizationExample"
    }


def test_the_same_answer_has_the_same_bytes():
    assert response_bundle(
        bundle("homecare"), SUBMISSION, held(CASE, case()), RECEIVED_AT
    ) == response_bundle(bundle("homecare"), SUBMISSION, held(CASE, case()), RECEIVED_AT)


def test_a_refusal_is_one_issue_with_our_code():
    (issue,) = operation_outcome([Fault("no_items", "The Claim has no items.")])["issue"]
    assert (issue["severity"], issue["code"], issue["details"]["coding"][0]["code"]) == (
        "error",
        "invalid",
        "no_items",
    )


def granted(number: str) -> Authorization:
    day = RECEIVED_AT.date()
    return Authorization(number=number, valid_from=day, valid_to=day, units=1)


def test_an_item_whose_content_changed_says_which_authorizations_stay_valid():
    changed = line_determined(2, Determination.PENDED).model_copy(
        update={"former": (granted("PA-2"), granted("PA-1"))}
    )
    found = response(case(changed))
    first, second = found["item"]
    assert "noteNumber" not in first
    assert action(second)[codes.REVIEW_ACTION_CODE]["code"] == "A4"
    texts = {one["number"]: one["text"] for one in found["processNote"]}
    assert [texts[number] for number in second["noteNumber"]] == [
        f"Authorization {number} stays valid until {RECEIVED_AT.date()} for the former content of "
        "this item, unless it is withdrawn."
        for number in ("PA-2", "PA-1")
    ]


def test_a_refusal_of_changed_content_says_why_and_what_stays_valid():
    refused = line_determined(1, Determination.NOT_CERTIFIED, basis=Basis.CLINICIAN)
    other = line_determined(2, Determination.NOT_CERTIFIED, basis=Basis.CLINICIAN)
    found = response(case(refused.model_copy(update={"former": (granted("PA-1"),)}), other))
    assert [item["noteNumber"] for item in found["item"]] == [[1, 2], [3]]
    assert [one["number"] for one in found["processNote"]] == [1, 2, 3]
    assert "PA-1" in found["processNote"][1]["text"]


def test_the_answer_carries_everybody_whom_it_names_without_addresses_too():
    content = plain()
    for entry in content["entry"]:
        del entry["fullUrl"]
    found = response_bundle(content, SUBMISSION, None, RECEIVED_AT)
    assert [entry["resource"]["resourceType"] for entry in found["entry"]] == [
        "ClaimResponse",
        "Patient",
        "Organization",
        "Organization",
    ]
    assert found["entry"][0]["resource"]["request"] == {"reference": "Claim/c-plain"}


def test_what_the_claim_contains_stands_in_the_answer_that_names_it():
    content = plain()
    payer = resource(content, PAYER) | {"id": "in"}
    other = {"resourceType": "Location", "id": "elsewhere"}
    resource(content, 0).update(insurer={"reference": "#in"}, contained=[other, payer])
    found = response_bundle(content, SUBMISSION, None, RECEIVED_AT)["entry"][0]["resource"]
    assert (found["contained"], found["insurer"]) == ([payer], {"reference": "#in"})


def test_an_answer_has_an_identifier_even_where_the_request_has_none():
    found = response_bundle(plain(), SUBMISSION, None, RECEIVED_AT)
    assert found["identifier"] == {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{SUBMISSION}"}


def test_every_fault_is_an_issue_with_its_element():
    issues = operation_outcome(
        [Fault("quantity", "None.", "Claim.item[0].quantity"), Fault("no_sender", "Nobody.")]
    )["issue"]
    assert [(one["code"], one.get("expression")) for one in issues] == [
        ("value", ["Claim.item[0].quantity"]),
        ("invalid", None),
    ]

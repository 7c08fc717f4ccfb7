"""What is the same request, whose case a claim names, and whom a case is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.intake.fhir.read import claim_alias
from services.intake.model import Submission
from shared.events.criteria import Determination
from shared.events.intake import SubmissionRejected
from shared.examples.pas import bundle
from tests.unit.intake.given import (
    CASE,
    case_determined,
    case_of,
    opened,
    outcome_of,
    request,
    submitted,
    told,
    when,
)
from tests.unit.intake.test_fhir_read import code_of, read_bundle, with_claim


def packed_anew() -> dict[str, Any]:
    """The same claim as a retry packs it: other ids, addresses, times, order and narrative."""
    text = json.dumps(bundle("homecare"))
    for entry in bundle("homecare")["entry"]:
        url, resource = entry["fullUrl"], entry["resource"]
        text = text.replace(url, f"urn:uuid:{resource['id']}-again")
    content: dict[str, Any] = json.loads(text)
    content |= {"id": "retry", "timestamp": "2026-01-01T00:00:00Z"}
    content["identifier"] = {"system": "urn:example", "value": "RETRY-2"}
    claim, *others = content["entry"]
    content["entry"] = [claim, *reversed(others)]
    claim["resource"]["text"] = {"status": "generated", "div": "<div>again</div>"}
    return content


def test_a_retry_in_another_envelope_is_the_same_submission():
    first, again = read_bundle(bundle("homecare")), read_bundle(packed_anew())
    assert (again.names[0], again.content_sha256) == (first.names[0], first.content_sha256)


def test_another_request_in_the_same_envelope_is_another_submission():
    content = bundle("homecare")
    content["entry"][0]["resource"]["item"][0]["quantity"] = {"value": 2}
    assert read_bundle(content).content_sha256 != read_bundle(bundle("homecare")).content_sha256


def test_what_the_claim_references_is_part_of_it():
    content = bundle("homecare")
    patient = next(
        one["resource"] for one in content["entry"] if one["resource"]["resourceType"] == "Patient"
    )
    patient["birthDate"] = "1999-09-09"
    assert read_bundle(content).content_sha256 != read_bundle(bundle("homecare")).content_sha256


def test_a_circle_of_references_has_a_hash():
    content = bundle("homecare")
    url = content["entry"][0]["fullUrl"]
    content["entry"][0]["resource"]["supportingInfo"] = [{"valueReference": {"reference": url}}]
    assert isinstance(outcome_of(lambda: read_bundle(content)), Submission)


@pytest.mark.parametrize(
    ("related", "code"),
    [
        ({"claim": {"identifier": {"value": "111099"}}}, "prior_claim_missing"),
        (
            {
                "claim": {"identifier": {"value": "111099"}},
                "relationship": {"coding": [{"code": "prior"}]},
            },
            "prior_claim_missing",
        ),
        (
            {
                "claim": {"reference": "Claim/x"},
                "relationship": {"coding": [{"code": "associated"}]},
            },
            "unsupported_relationship",
        ),
    ],
)
def test_a_related_claim_that_is_not_understood_never_opens_a_second_case(
    related: dict[str, Any], code: str
):
    assert code_of(with_claim("homecare_update", related=[related])) == code


def test_an_update_that_names_no_claim_is_refused():
    assert code_of(with_claim("homecare_update", related=None)) == "prior_claim_missing"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc", "u"), ("ab", "c", "u")),
        (("s", "m", "u"), ("s", "n", "u")),
        (("s", "m", "u"), ("t", "m", "u")),
        (("1:a", "b", "u"), ("1", "a1:b", "u")),
    ],
)
def test_a_claims_address_is_its_senders_and_its_members(
    one: tuple[str, str, str], other: tuple[str, str, str]
):
    assert claim_alias(*one) != claim_alias(*other)


def test_an_alias_tells_neither_member_nor_sender():
    assert not {"M-1", "clinic"} & set(claim_alias("clinic", "M-1", "urn:x").split(":"))


@pytest.mark.parametrize("determination", [None, Determination.APPROVED])
def test_a_case_never_changes_its_person(determination: Determination | None):
    case = opened()
    if determination is not None:
        case = case_of(when(case, told(case_determined(determination, determination))))
    other = request(amends=str(CASE), member={**request()["member"], "id": "M-2"})
    outcome = when(case, submitted(other, of=CASE))
    refusals = [one.data for one in outcome.events if isinstance(one.data, SubmissionRejected)]
    assert [refusal.code for refusal in refusals] == ["other_member"]
    assert outcome.state == case
    assert "M-2" not in refusals[0].detail

"""References in a bundle: each leads to the resource that R4 means, or is refused with the element
that makes it.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.examples.pas import bundle
from tests.unit.intake.plain import (
    CLINIC,
    COVERAGE,
    PATIENT,
    faults,
    places,
    plain,
    requested,
    resource,
    submission,
    with_resource,
)

ONE = "http://one.example/fhir/"
URN = "urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100"


def patient_at(url: str | None, reference: str, **meta: Any) -> Any:
    """The bundle with its patient at another address, and another reference to it."""
    content = with_resource(0, patient={"reference": reference})
    entry = content["entry"][PATIENT]
    if url is None:
        del entry["fullUrl"]
    else:
        entry["fullUrl"] = url
    entry["resource"] |= meta
    return content


@pytest.mark.parametrize(
    "content",
    [
        plain(),
        patient_at(f"{ONE}Patient/p1", f"{ONE}Patient/p1"),
        patient_at(f"{ONE}Patient/p1", "Patient/p1/_history/7"),
        patient_at(f"{ONE}Patient/p1", f"{ONE}Patient/p1/_history/7"),
        patient_at(f"{ONE}Patient/p1", "Patient/p1/_history/7", meta={"versionId": "7"}),
        patient_at(URN, URN),
        patient_at(URN, "Patient/p1"),
        patient_at(None, "Patient/p1"),
    ],
)
def test_a_reference_leads_to_the_resource(content: Any):
    assert requested(content).member.id == "MEM-plain"


@pytest.mark.parametrize(
    "content",
    [
        patient_at(f"{ONE}Patient/p1", "Patient/p2"),
        patient_at(f"{ONE}Patient/p1", "#p1"),
        patient_at(f"{ONE}Patient/p1", ""),
        patient_at("http://two.example/fhir/Patient/p1", "Patient/p1"),
        patient_at(f"{ONE}Patient/p1", "http://two.example/fhir/Patient/p1"),
        patient_at(f"{ONE}Patient/p1", "Patient/p1/_history/7", meta={"versionId": "8"}),
        patient_at(URN, f"{ONE}Patient/p1"),
    ],
)
def test_a_reference_to_what_is_not_there_is_refused(content: Any):
    assert places(content, "dangling_reference") == ["Claim.patient"]


def test_a_contained_resource_is_the_one_beside_the_reference():
    content = plain()
    inner = resource(content, PATIENT) | {"id": "in"}
    resource(content, 0).update(patient={"reference": "#in"}, contained=[inner])
    del content["entry"][PATIENT]
    content["entry"][-1]["resource"]["contained"] = [inner | {"identifier": [{"value": "other"}]}]

    assert requested(content).member.id == "MEM-plain"


@pytest.mark.parametrize("url", [URN, None])
def test_two_resources_that_a_reference_can_mean_are_one_too_many(url: str | None):
    content = plain()
    twin = {"resource": resource(content, PATIENT)} | ({"fullUrl": url} if url else {})
    content["entry"].append(twin)

    assert places(content, "duplicate_entry") == ["Claim.patient"]


def test_everybody_whom_the_claim_names_must_be_there_and_all_who_are_not_are_told():
    content = with_resource(
        0,
        insurer={"reference": "Organization/x"},
        careTeam=[{"sequence": 1, "provider": {"reference": "Practitioner/x"}}],
        supportingInfo=[{"sequence": 1, "valueReference": {"reference": "Observation/x"}}],
    )
    assert places(content, "dangling_reference") == [
        "Claim.insurer",
        "Claim.careTeam[0].provider",
        "Claim.supportingInfo[0].valueReference",
    ]


def test_every_reference_of_the_claim_is_told_by_its_element_when_it_leads_nowhere():
    content = bundle("referral")
    wanted = places_of_references(content["entry"][0]["resource"])
    del content["entry"][1:]
    assert len(wanted) >= 6
    assert set(places(content, "dangling_reference")) == wanted


def places_of_references(value: Any, at: str = "Claim") -> set[str]:
    """The elements of references in a resource."""
    found = {at} if isinstance(value, dict) and isinstance(value.get("reference"), str) else set()
    if isinstance(value, dict):
        steps = [(f"{at}.{name}", inner) for name, inner in value.items()]
    else:
        steps = [(f"{at}[{n}]", inner) for n, inner in enumerate(value)]
    return found.union(
        *(
            places_of_references(inner, way)
            for way, inner in steps
            if isinstance(inner, dict | list)
        )
    )


def test_a_provider_may_be_named_by_number_alone_and_an_insurer_too():
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999976"}
    found = requested(
        with_resource(
            0,
            provider={"identifier": npi, "display": "Synthetic Clinic"},
            insurer={"identifier": {"value": "PLAN-1"}},
        )
    )
    assert (found.requester.npi, found.requester.name) == ("1999999976", "Synthetic Clinic")


def test_a_patient_who_is_named_by_number_alone_is_required():
    content = with_resource(0, patient={"identifier": {"value": "MEM-plain"}})
    assert places(content, "required") == ["Claim.patient"]


@pytest.mark.parametrize(
    ("changed", "element"),
    [
        ({"patient": {"reference": "Organization/payer"}}, "Claim.patient"),
        ({"provider": {"reference": "Patient/p1"}}, "Claim.provider"),
        ({"insurance": [{"coverage": {"reference": "Patient/p1"}}]}, "Claim.insurance[0].coverage"),
    ],
)
def test_a_reference_to_another_kind_of_resource_is_refused(changed: Any, element: str):
    assert places(with_resource(0, **changed), "wrong_type") == [element]


def test_a_role_is_followed_from_its_own_server():
    content = with_resource(0, provider={"reference": "http://two.example/r/PractitionerRole/1"})
    role = {
        "resourceType": "PractitionerRole",
        "id": "1",
        "practitioner": {"reference": "Practitioner/9"},
    }
    doctor = {
        "resourceType": "Practitioner",
        "id": "9",
        "identifier": resource(content, CLINIC)["identifier"],
        "name": [{"use": "maiden", "family": "Before"}, {"family": "Doctor", "given": ["Ada"]}],
    }
    for name, one in (("PractitionerRole/1", role), ("Practitioner/9", doctor)):
        content["entry"].append({"fullUrl": f"http://two.example/r/{name}", "resource": one})
    stranger = doctor | {"identifier": [], "name": [{"family": "Stranger"}]}
    content["entry"].append({"fullUrl": f"{ONE}Practitioner/9", "resource": stranger})

    assert requested(content).requester.name == "Ada Doctor"


def test_claims_without_any_address_are_not_taken_for_one():
    content = plain()
    del content["entry"][0]["fullUrl"], content["entry"][0]["resource"]["id"]
    assert submission(content).alias is None


def test_resources_that_name_each_other_over_and_over_are_written_once_each():
    content = with_resource(0, supportingInfo=[{"valueReference": {"reference": "Basic/0"}}])
    for number in range(800):
        twice = [{"reference": f"Basic/{number + 1}"}] * 2
        content["entry"].append(
            {
                "fullUrl": f"{ONE}Basic/{number}",
                "resource": {"resourceType": "Basic", "id": str(number), "extension": twice},
            }
        )
    assert submission(content).content_sha256 != submission(plain()).content_sha256


def test_who_sent_it_is_not_asked_of_a_provider_that_could_not_be_read():
    content = with_resource(0, provider={"reference": "Organization/nobody"})
    assert [one.code for one in faults(content)] == ["dangling_reference"]


def test_a_coverage_that_the_bundle_lacks_is_told_once():
    content = plain()
    del content["entry"][COVERAGE]
    assert len(faults(content)) == 1

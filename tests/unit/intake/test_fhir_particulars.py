"""What a bundle says beside who is meant: read where the standard has a place for it and it fits,
else unknown; and nothing of it keeps a request back.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.request import Address, Asker, ItemKind, PlanFunding, Provider, Sex
from tests.unit.intake.plain import (
    CLINIC,
    COVERAGE,
    PATIENT,
    Json,
    concept,
    faults,
    plain,
    requested,
    resource,
    with_resource,
)

V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
NPI = "http://hl7.org/fhir/sid/us-npi"
HOME = {
    "use": "home",
    "line": ["1 Example Street", None, "Apt 2"],
    "city": "Springfield",
    "district": "Clark",
    "state": "OH",
    "postalCode": "455010001",
    "country": "US",
}
ADDRESS = Address(
    lines=("1 Example Street", "Apt 2"),
    city="Springfield",
    state="OH",
    zip="45501-0001",
    county="Clark",
)


def member(**patient: Any) -> Any:
    return requested(with_resource(PATIENT, **patient)).member


@pytest.mark.parametrize(
    ("gender", "sex"),
    [("female", Sex.FEMALE), ("other", Sex.OTHER), ("F", Sex.UNKNOWN), ("", Sex.UNKNOWN)],
)
def test_the_administrative_gender_is_read_by_its_code(gender: str, sex: Sex):
    assert member(gender=gender).sex is sex


@pytest.mark.parametrize(
    "addresses",
    [
        [HOME],
        [{"use": "old", "line": ["9 Former Road"]}, HOME],
        [{"use": "work", "line": ["3 Office Park"]}, HOME],
        [HOME | {"type": "physical", "line": ["Cabin"]}, HOME | {"type": "postal"}],
        [HOME | {"country": "CA", "line": ["4 Rue Exemple"]}, HOME],
        [HOME | {"line": ["x" * 201]}, HOME],
        [{"use": "home", "text": "somewhere in Ohio"}, HOME],
    ],
)
def test_a_letter_goes_where_it_reaches_the_member(addresses: list[Json]):
    assert member(address=addresses).address == ADDRESS


@pytest.mark.parametrize(
    "address",
    [{"use": "home", "text": "1 Example Street, Ohio"}, {"state": "OH"}, HOME | {"country": "MX"}],
)
def test_what_is_no_address_that_a_letter_reaches_is_left_out(address: Json):
    assert member(address=[address]).address is None


def test_a_zip_code_that_is_none_is_left_out_and_the_address_stays():
    found = member(address=[HOME | {"postalCode": "K1A 0B1", "state": "Ohio"}]).address
    assert found == ADDRESS.model_copy(update={"zip": None, "state": None})


@pytest.mark.parametrize(
    ("telecom", "phone"),
    [
        ([("phone", "work", "(555) 555-0100 x12")], "(555) 555-0100 x12"),
        ([("phone", "", "tel:+1-555-555-0101")], "+1-555-555-0101"),
        ([("phone", "work", "555.555.0102")], "555-555-0102"),
        ([("fax", "work", "555-555-0109"), ("phone", "mobile", "555-555-0103")], "555-555-0103"),
        ([("phone", "mobile", "555-555-0104"), ("phone", "work", "555-555-0105")], "555-555-0105"),
        ([("phone", "work", "ask at the desk"), ("phone", "", "555-555-0106")], "555-555-0106"),
        ([("phone", "home", "555-555-0107"), ("phone", "old", "555-555-0108")], None),
        ([("email", "work", "desk@example.org")], None),
    ],
)
def test_who_asks_is_called_back_at_work(telecom: list[tuple[str, str, str]], phone: str | None):
    points = [{"system": kind, "use": use, "value": value} for kind, use, value in telecom]
    assert requested(with_resource(CLINIC, telecom=points)).requester.phone == phone


@pytest.mark.parametrize(
    ("classes", "plan"),
    [
        ([(CLASS, "plan", "001")], "001"),
        ([(CLASS, "group", "ACME"), (CLASS, "plan", "HMO-9")], "HMO-9"),
        ([(CLASS, "plan", "001"), (CLASS, "plan", "002")], None),
        ([("urn:local", "plan", "001")], None),
        ([(CLASS, "group", "ACME")], None),
        ([(CLASS, "plan", "9" * 201)], None),
    ],
)
def test_the_plan_is_the_one_that_the_coverage_names(
    classes: list[tuple[str, str, str]], plan: str | None
):
    named = [{"type": concept((at, code)), "value": value} for at, code, value in classes]
    found = requested(with_resource(COVERAGE, **{"class": named})).member
    assert (found.plan, found.contract) == (plan, None)


@pytest.mark.parametrize(
    ("identifier", "number"),
    [
        ({"type": concept((V2, "MC")), "value": "1EG4-TE5-MK73"}, "1EG4-TE5-MK73"),
        ({"system": "http://hl7.org/fhir/sid/us-mbi", "value": "1EG4TE5MK73"}, "1EG4TE5MK73"),
        ({"type": concept((V2, "MC")), "value": "000-12-3456A"}, None),
        ({"type": concept((V2, "MC")), "value": "1EG4TE5MK73", "use": "old"}, None),
        ({"type": concept((V2, "MR")), "value": "1EG4TE5MK73"}, None),
    ],
)
def test_a_medicare_number_is_called_so_and_is_no_social_security_number(
    identifier: Json, number: str | None
):
    identifiers = [identifier, {"type": concept((V2, "MB")), "value": "M-9"}]
    found = member(identifier=identifiers)
    assert (found.id, found.medicare_number) == ("M-9", number)


def with_general_practitioners(*references: Json) -> Json:
    """The bundle with a practitioner whom the patient may name."""
    bundle = with_resource(PATIENT, generalPractitioner=list(references))
    treating = {
        "resourceType": "Practitioner",
        "id": "gp",
        "identifier": [{"system": NPI, "value": "1999999992"}],
        "name": [{"family": "Example", "given": ["Ada"]}],
        "telecom": [{"system": "phone", "use": "work", "value": "555-555-0110"}],
    }
    bundle["entry"].append({"resource": treating})
    return bundle


@pytest.mark.parametrize(
    ("references", "found"),
    [
        (
            [{"reference": "Practitioner/gp"}],
            Provider(npi="1999999992", name="Ada Example", phone="555-555-0110"),
        ),
        (
            [{"identifier": {"system": NPI, "value": "1999999984"}, "display": "Dr. Other"}],
            Provider(npi="1999999984", name="Dr. Other"),
        ),
        ([{"reference": "Practitioner/gp"}, {"reference": "Practitioner/other"}], None),
        ([{"display": "somebody"}], None),
        ([{"identifier": {"system": NPI, "value": "12"}}], None),
    ],
)
def test_who_treats_the_member_is_the_one_whom_the_patient_names(
    references: list[Json], found: Provider | None
):
    assert requested(with_general_practitioners(*references)).member.primary_care == found


def test_what_fhir_has_no_place_for_is_unknown():
    found = requested(plain())
    assert (found.asker, found.member.funding) == (Asker.UNKNOWN, PlanFunding.UNKNOWN)
    assert found.member.electronic_delivery is None
    assert {one.item for one in found.lines} == {ItemKind.UNKNOWN}
    assert not any(one.post_stabilization or one.care_ends_at for one in found.lines)


def test_a_bundle_that_says_nothing_of_it_makes_the_request_that_it_made_before():
    bundle = plain()
    for name in ("gender", "address"):
        resource(bundle, PATIENT).pop(name, None)
    new = {"sex", "address", "plan", "medicare_number", "primary_care"}
    found = requested(bundle)
    assert not new & found.member.model_fields_set
    assert "phone" not in found.requester.model_fields_set


def test_an_element_of_another_type_is_told_by_its_place():
    assert [one.place for one in faults(with_resource(PATIENT, gender=["female"]))] == [
        "Patient.gender"
    ]

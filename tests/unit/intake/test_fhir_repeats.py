"""What a bundle holds more than once: type, use, system and time choose, never the place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.fhir import codes
from shared.events.request import LineOfBusiness, Urgency
from tests.unit.intake.plain import (
    COVERAGE,
    PATIENT,
    concept,
    faults,
    requested,
    resource,
    with_item,
    with_resource,
)

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "000-12-3456"}
X12_1338 = "https://codesystem.x12.org/005010/1338"


def numbered(kind: str, value: str, **more: Any) -> dict[str, Any]:
    """An identifier of a type."""
    return {"type": concept((V2, kind)), "value": value, **more}


# The right one of several


REPEATING: list[tuple[str, list[Any]]] = [
    (
        "identifier",
        [
            SSN,
            numbered("SS", "000-00-1234"),
            numbered("MR", "MRN77"),
            numbered("MB", "MEM-old", use="old"),
            numbered("MB", "MEM-past", period={"end": "2026-11-28"}),
            numbered("MB", "MEM-9", period={"start": "2020", "end": "2026-12"}),
            {"value": "untyped"},
        ],
    ),
    (
        "name",
        [
            {"use": "maiden", "family": "Before"},
            {"use": "old", "family": "Old"},
            {"use": "nickname", "text": "Nick"},
            {"family": "Unsaid"},
            {"use": "official", "family": "Past", "period": {"end": "2001-01-01"}},
            {"use": "official", "family": "Right", "given": ["Ada"]},
        ],
    ),
    (
        "address",
        [
            {"use": "old", "state": "TX"},
            {"use": "work", "state": "NY"},
            {"use": "home", "state": "CA", "period": {"end": "2020"}},
            {"use": "home", "state": "OH"},
            {"use": "home", "state": "Ohio"},
        ],
    ),
]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_what_repeats_decides_nothing(data: st.DataObject):
    shuffled = {name: data.draw(st.permutations(several)) for name, several in REPEATING}
    member = requested(with_resource(PATIENT, **shuffled)).member
    assert (member.id, member.name, member.state) == ("MEM-9", "Ada Right", "OH")


@pytest.mark.parametrize(
    ("patient", "coverage", "number"),
    [
        ([SSN, numbered("MR", "MRN77")], {"subscriberId": "MEMBER-5"}, "MEMBER-5"),
        ([SSN], {"identifier": [numbered("MB", "COV-1")], "subscriberId": "S"}, "COV-1"),
        ([SSN, {"value": "MIN-1"}], {"subscriberId": "S"}, "MIN-1"),
        ([{"type": concept(("urn:local", "CARD")), "value": "C-1"}], {}, "C-1"),
        ([{"type": concept(("urn:local", "CARD"), ("", "MB")), "value": "C-2"}], {}, "C-2"),
        ([SSN | {"type": concept((V2, "MB"))}], {"subscriberId": "S"}, "S"),
    ],
)
def test_the_member_number_is_known_by_its_type(
    patient: list[Any], coverage: dict[str, Any], number: str
):
    content = with_resource(PATIENT, identifier=patient)
    del resource(content, COVERAGE)["subscriberId"]
    resource(content, COVERAGE).update(coverage)
    assert requested(content).member.id == number


@pytest.mark.parametrize("subscriber", ["000-12-3456", "000123456", "000 12 3456", ""])
def test_a_social_security_number_is_never_the_member_number(subscriber: str):
    content = with_resource(PATIENT, identifier=[SSN, numbered("MR", "MRN77")])
    resource(content, COVERAGE)["subscriberId"] = subscriber
    assert [one.code for one in faults(content)] == ["no_member"]


def test_a_letter_is_never_addressed_to_an_old_name():
    names = [{"use": "maiden", "family": "Before"}, {"use": "old", "family": "Old"}]
    assert requested(with_resource(PATIENT, name=names)).member.name is None


@pytest.mark.parametrize(
    ("diagnosis", "code"),
    [
        (concept((SNOMED, "13645005"), (ICD, "J44.9")), "J44.9"),
        (concept((SNOMED, "13645005"), ("", "J44.9")), "J44.9"),
        (concept(("", "J44.1"), (ICD, "J44.9")), "J44.9"),
        (concept(("urn:oid:2.16.840.1.113883.6.90", "J44.9")), "J44.9"),
    ],
)
def test_a_diagnosis_is_its_coding_in_icd_10(diagnosis: dict[str, Any], code: str):
    one = {"sequence": 1, "diagnosisCodeableConcept": diagnosis}
    assert requested(with_resource(0, diagnosis=[one])).lines[0].diagnoses == (code,)


def test_a_diagnosis_may_be_a_condition():
    content = with_resource(
        0, diagnosis=[{"sequence": 1, "diagnosisReference": {"reference": "Condition/c"}}]
    )
    condition = {"resourceType": "Condition", "id": "c", "code": concept((ICD, "C79.51"))}
    content["entry"].append({"resource": condition})
    assert requested(content).lines[0].diagnoses == ("C79.51",)


LOCAL = ("urn:oid:2.16.840.1.113883.19.5.1", "URG")


@pytest.mark.parametrize(
    ("levels", "priority", "urgency"),
    [
        ([concept(LOCAL, (X12_1338, "U"))], [("", "normal")], Urgency.EXPEDITED),
        ([concept((X12_1338, "E")), concept(("", "03"))], [("", "normal")], Urgency.EMERGENCY),
        ([concept(LOCAL)], [LOCAL, ("", "stat")], Urgency.EXPEDITED),
        ([concept((LOCAL[0], "U"))], [("", "normal")], Urgency.STANDARD),
    ],
)
def test_any_coding_may_say_that_it_is_urgent(
    levels: list[Any], priority: list[tuple[str, str]], urgency: Urgency
):
    extension = [{"url": codes.LEVEL_OF_SERVICE, "valueCodeableConcept": one} for one in levels]
    assert requested(with_item(extension=extension)).urgency is Urgency.STANDARD or extension
    claim = with_resource(0, extension=extension, priority=concept(*priority))
    assert requested(claim).urgency is urgency


@pytest.mark.parametrize(
    ("codings", "plan"),
    [
        ([("urn:local", "x"), ("https://nahdo.org/sopt", "111")], "medicare_advantage"),
        ([("https://nahdo.org/sopt", "111"), ("https://nahdo.org/sopt", "21")], "unknown"),
    ],
)
def test_any_coding_of_a_coverage_may_name_the_plan(codings: list[tuple[str, str]], plan: str):
    found = requested(with_resource(COVERAGE, type=concept(*codings)))
    assert found.member.line_of_business is LineOfBusiness(plan)

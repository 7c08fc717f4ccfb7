"""What must not be read past, faults told all at once, and forms that are legal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.fhir import codes
from services.intake.handlers import read
from shared.events.submissions import FHIR_BUNDLE
from shared.examples.pas import bundle
from tests.unit.intake.given import raw
from tests.unit.intake.plain import (
    CLINIC,
    COVERAGE,
    PATIENT,
    concept,
    every_object,
    faults,
    places,
    plain,
    requested,
    resource,
    with_item,
    with_resource,
)

SNOMED = "http://snomed.info/sct"
CPT = "http://www.ama-assn.org/go/cpt"
STRANGE = {"url": "http://one.example/not", "valueBoolean": True}


# What must not be read past


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_modifier_that_is_not_understood_is_refused_wherever_it_stands(data: st.DataObject):
    content = bundle(data.draw(st.sampled_from(["homecare", "referral"])))
    read_ones = [
        one["resource"]
        for one in content["entry"]
        if one["resource"]["resourceType"] in ("Claim", "Patient", "Coverage")
        or one["resource"]["id"] == "UMOExample"
    ]
    place = data.draw(st.sampled_from([one for each in read_ones for one in every_object(each)]))
    name, value = data.draw(
        st.sampled_from([("modifierExtension", [STRANGE]), ("implicitRules", "urn:example:rules")])
    )
    place[name] = value
    (one,) = faults(content)
    assert one.code in ("modifier_extension", "implicit_rules")
    assert f".{name}" in one.place


@pytest.mark.parametrize(
    "modifier",
    [
        {"url": codes.INFO_CANCELLED, "valueString": "true"},
        {"url": codes.INFO_CANCELLED},
        {"url": codes.PAS + "extension-infoCancelled", "valueBoolean": True},
        "cancelled",
    ],
)
def test_what_looks_like_the_known_modifier_is_not_it(modifier: Any):
    content = with_item(modifierExtension=[modifier])
    assert {one.code for one in faults(content)} <= {"modifier_extension", "schema"}


def test_the_known_modifier_is_not_known_outside_of_items():
    known = {"url": codes.INFO_CANCELLED, "valueBoolean": True}
    content = with_resource(0, modifierExtension=[known])
    assert places(content, "modifier_extension") == ["Claim.modifierExtension[0]"]


@pytest.mark.parametrize("at", ["Bundle", "Parameters"])
def test_rules_that_the_envelope_names_are_refused(at: str):
    content = plain()
    if at == "Parameters":
        parameter = {"name": "resource", "resource": content}
        content = {"resourceType": "Parameters", "parameter": [parameter]}
    content["implicitRules"] = "urn:example:rules"
    assert places(content, "implicit_rules") == [f"{at}.implicitRules"]


# Everything at once


def test_all_faults_are_told_at_once_each_with_its_element():
    content = with_resource(0, status="draft", insurer=None, type=None)
    claim = resource(content, 0)
    claim["item"] = [
        {"sequence": 1, "productOrService": {"text": "something"}},
        {
            "sequence": 2,
            "productOrService": concept((CPT, "27447")),
            "quantity": {"value": 0},
            "diagnosisSequence": [9],
        },
        {"sequence": 2, "productOrService": concept((CPT, "2" * 65)), "servicedDate": "2026-13-45"},
    ]
    claim["diagnosis"][0]["diagnosisCodeableConcept"] = concept((SNOMED, "13645005"))
    del claim["insurer"], claim["type"], resource(content, PATIENT)["identifier"]
    del resource(content, COVERAGE)["subscriberId"], resource(content, CLINIC)["identifier"]

    assert sorted((one.code, one.place) for one in faults(content)) == [
        ("claim_not_active", "Claim.status"),
        ("diagnosis", "Claim.diagnosis[0]"),
        ("diagnosis", "Claim.item[1].diagnosisSequence"),
        ("duplicate_sequence", "Claim.item.sequence"),
        ("no_member", "Patient.identifier"),
        ("no_sender", "Claim.provider"),
        ("quantity", "Claim.item[1].quantity"),
        ("required", "Claim.insurer"),
        ("required", "Claim.item[0].productOrService"),
        ("required", "Claim.type"),
        ("schema", "Claim.item[2].productOrService"),
        ("schema", "Claim.item[2].serviced"),
    ]


def test_elements_of_another_type_are_told_by_their_paths():
    content = with_resource(0, status=1, created="yesterday", item=[{"sequence": "1"}])
    assert sorted(one.place for one in faults(content)) == [
        "Claim.created",
        "Claim.item[0].sequence",
        "Claim.status",
    ]


# Forms that are legal


def test_an_operation_is_called_with_parameters_and_the_answer_is_to_the_bundle():
    parameters = [{"name": "other", "valueString": "x"}, {"name": "resource", "resource": plain()}]
    content = {"resourceType": "Parameters", "parameter": parameters}
    found = read(FHIR_BUNDLE, {}, raw(content))
    assert (found.content["resourceType"], found.names) == (
        "Bundle",
        read(FHIR_BUNDLE, {}, raw(plain())).names,
    )


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        [{"name": "other", "resource": plain()}],
        [{"name": "resource", "resource": plain()}] * 2,
        [{"name": "resource", "valueString": "x"}],
        [{"name": "resource", "resource": {"resourceType": "Patient"}}],
    ],
)
def test_parameters_without_one_bundle_are_no_request(parameters: list[Any]):
    content = {"resourceType": "Parameters", "parameter": parameters}
    assert [one.code for one in faults(content)] == ["not_a_bundle"]


def test_null_beside_an_extension_is_an_absent_value():
    absent = {"extension": [{"url": "http://hl7.org/fhir/data-absent-reason", "valueCode": "x"}]}
    name = {"family": "Person", "given": ["Ada", None], "_given": [None, absent]}
    content = with_resource(PATIENT, name=[name])
    claim = resource(content, 0)
    claim["meta"] = {"profile": [None], "_profile": [absent]}
    claim["item"][0] |= {"diagnosisSequence": [None, 1], "_diagnosisSequence": [absent, None]}
    found = requested(content)
    assert (found.member.name, found.lines[0].diagnoses) == ("Ada Person", ("J44.9",))

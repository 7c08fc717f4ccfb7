"""Codes alone lead to the policy of their service, and codes of another part of the body to a
person.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.code_sets import CodeSets
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language import code_set
from services.criteria.engine.language.yaml_source import PolicyInvalid
from services.criteria.reference import CODE_SET, library_of
from services.criteria.reference import packaged as packaged_items
from services.intake.fhir.read import read
from shared.body.procedures import Procedure, procedure
from shared.events.request import AuthorizationRequest, ServiceCode
from shared.examples import pas
from shared.lanes.state.reference import ReferenceItem
from tests.unit.criteria.given import AT, example

CODES = packaged().codes
ASKING = sorted(code for code, meaning in CODES.meanings.items() if meaning.services)
DIAGNOSES = {"spinal_decompression": "C79.51", "spinal_fusion": "C79.51"}
"""What the policies of a service ask for besides it, if they ask for a diagnosis."""
AMA, CMS = (
    "http://www.ama-assn.org/go/cpt",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)
HEAD = """
code_set: toy
version: 1
source: {title: Toy, edition: "2025", url: "https://example.org"}
entries:
"""


def native(*codes: str, **line: Any) -> AuthorizationRequest:
    content = {
        "member": {"id": "m"},
        "lines": [
            {
                "sequence": 1,
                "codes": [
                    {"system": "hcpcs" if one[0].isalpha() else "cpt", "code": one} for one in codes
                ],
                **line,
            }
        ],
    }
    return AuthorizationRequest.model_validate_json(json.dumps(content))


def diagnoses(code: str) -> list[str]:
    return [DIAGNOSES[one] for one in CODES.meanings[code].services[:1] if one in DIAGNOSES]


def fhir(code: str, system: str) -> AuthorizationRequest:
    content = pas.bundle("homecare")
    claim = content["entry"][0]["resource"]
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm"}
    claim["diagnosis"] = [
        {"sequence": 1, "diagnosisCodeableConcept": {"coding": [{**coding, "code": one}]}}
        for one in diagnoses(code)
    ]
    item = {"sequence": 1, "productOrService": {"coding": [{"system": system, "code": code}]}}
    claim["item"] = [item]
    found = read(content).request
    assert found is not None
    return found


def meets_its_policy(code: str, request: AuthorizationRequest) -> None:
    """The line is judged by a policy of a service that its code asks for, and shows that."""
    (line,) = evaluate(request, AT).lines
    assert line.policy is not None, line.reason
    edition = packaged().find(line.policy.policy, line.policy.version)
    assert edition is not None
    assert set(edition.spec.applies_to.services) & set(CODES.meanings[code].services)
    assert [one.code for one in line.codes] == [code]
    assert line.codes[0].services == CODES.meanings[code].services


@pytest.mark.parametrize("code", ASKING)
def test_each_code_alone_meets_the_policy_that_its_service_names(code: str):
    meets_its_policy(code, native(code, diagnoses=diagnoses(code)))
    meets_its_policy(code, native(f" {code.lower()}-59", diagnoses=diagnoses(code)))


@pytest.mark.parametrize("code", ASKING)
def test_each_code_of_a_fhir_item_meets_the_policy_that_its_service_names(code: str):
    meets_its_policy(code, fhir(code, AMA))
    meets_its_policy(code, fhir(code, CMS))


@cache
def known_services() -> set[str]:
    return {one for edition in packaged().editions for one in edition.spec.applies_to.services}


def test_the_packaged_sets_speak_of_the_services_of_the_packaged_policies():
    named = {
        service
        for one in CODES.sets
        for entry in one.entries.values()
        for service in (*entry.services, *entry.or_)
    }
    assert named == known_services()


def told(request: AuthorizationRequest) -> tuple[str, list[str]]:
    found: Evaluation = evaluate(request, AT)
    contradictions = [
        one.text for one in found.advisories if one.id.startswith("codes-contradict:")
    ]
    return found.lines[0].reason, contradictions


@pytest.mark.parametrize(
    ("codes", "line", "text"),
    [
        (
            ("63030", "22633", "27447"),
            {"segment": "T4-T8"},
            (
                "The codes 63030 (lumbar), 22633 (lumbar) and 27447 (knee) name another part of "
                "the body than the segment T4-T8."
            ),
        ),
        (
            ("E0601", "27447"),
            {"services": ["cpap_initial"]},
            "The code 27447 (knee) names another part of the body than the services of the line.",
        ),
        (
            ("22551", "22612"),
            {},
            (
                "The codes 22551 (cervical) and 22612 (lumbar) name parts of the body that do not "
                "meet."
            ),
        ),
        (
            ("43644", "22612"),
            {},
            "The codes 43644 (abdomen) and 22612 (lumbar) name parts of the body that do not meet.",
        ),
    ],
)
def test_codes_of_another_part_of_the_body_go_to_a_person_who_reads_why(
    codes: tuple[str, ...], line: dict[str, Any], text: str
):
    assert told(native(*codes, **line)) == ("codes_contradict", [text])


@pytest.mark.parametrize(
    ("codes", "line"),
    [
        (("22610", "22612", "22614", "22842"), {"segment": "T10-L2"}),
        (("22610", "22612"), {}),
        (("22551",), {"segment": "C7-T1"}),
        (("22558", "22848"), {"segment": "L4-S1"}),
        (("22612",), {"services": ["spinal_decompression"]}),
        (("22612",), {"services": ["a_service_of_another_plan"]}),
        (("99999",), {"segment": "T4-T8"}),
        (("E0601",), {"segment": "T4-T8"}),
    ],
)
def test_codes_that_meet_what_the_line_says_contradict_nothing(
    codes: tuple[str, ...], line: dict[str, Any]
):
    reason, contradictions = told(native(*codes, **line))
    assert (reason != "codes_contradict", contradictions) == (True, [])


def selected(*codes: str, **line: Any) -> str:
    (asked,) = native(*codes, **line).lines
    found = packaged().select(asked, AT.date())
    return found.spec.policy if isinstance(found, Edition) else found


def test_what_no_set_knows_is_approved_by_nothing_that_stands_beside_it():
    assert selected("E0601") == "cpap.initial.ncd-240-4"
    assert selected("E0601", "E0562") == "cpap.initial.ncd-240-4"
    assert selected("E0601", "K0823") == "no_policy"


def test_a_device_belongs_to_the_service_that_its_sender_names():
    assert selected("E0601", services=["cpap_continuation"]) == "cpap.continuation.lcd-l33718"


def test_no_service_of_a_line_is_left_unjudged_because_another_policy_ranks_higher():
    assert selected("63047", "22514", diagnoses=["C79.51"]) == "several_policies"


def test_one_code_may_stand_in_two_sets_and_the_newest_version_of_each_counts():
    def toy(name: str, version: int, service: str) -> code_set.CodeSet:
        text = HEAD.replace("toy", name).replace("version: 1", f"version: {version}")
        return code_set.load(f"{text}- {{codes: ['22612'], services: [{service}]}}\n", "toy.yaml")

    sets = CodeSets([toy("a", 1, "old"), toy("b", 1, "other"), toy("a", 2, "new")])
    assert set(sets.meanings["22612"].services) == {"new", "other"}


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ("- {codes: ['2261'], services: [s]}", "toy.yaml:6: .*2261 is no code, no range"),
        ("- {codes: ['22612']}\n- {codes: ['22612']}", "toy.yaml:7: .*22612 stands twice"),
        ("- {codes: ['226*', '22612']}", "toy.yaml:6: .*22612 stands twice"),
        ("- {codes: ['22614-22612']}", "toy.yaml:6: .*22614-22612 is no range"),
        ("- {codes: ['E1390-22612']}", "toy.yaml:6: .*E1390-22612 is no range"),
        ("- {codes: ['22612'], regions: [leg]}", "toy.yaml:6: .*regions"),
        ("- {codes: ['22612'], service: [s]}", "toy.yaml:6: .*service"),
        ("- {codes: ['10000-31000']}", "toy.yaml:6: .*more than 20000 codes"),
        ("  []", "toy.yaml:6: entries: "),
    ],
)
def test_a_set_that_does_not_load_says_where(entries: str, error: str):
    with pytest.raises(PolicyInvalid, match=error):
        code_set.load(HEAD + entries, "toy.yaml")


def test_a_range_and_a_beginning_stand_for_every_code_in_them():
    found = code_set.load(f"{HEAD}- {{codes: ['E139*', '0274T-0275T']}}", "toy.yaml").entries
    assert sorted(found) == ["0274T", "0275T", *(f"E139{n}" for n in range(10))]


def test_a_set_is_reference_data_like_any_other():
    text = f"{HEAD}- {{codes: ['K0823'], services: [home_oxygen]}}"
    library = library_of((*packaged_items(), ReferenceItem(CODE_SET, "toy@1", text.encode())))
    (line,) = native("K0823").lines
    found = library.select(line, AT.date())
    assert isinstance(found, Edition)
    assert found.spec.policy == "oxygen.ncd-240-2"
    assert selected("K0823") == "no_policy"


@pytest.mark.parametrize(
    ("system", "code", "read_as"),
    [
        ("cpt", "22612", Procedure("cpt", "22612", ())),
        ("CPT", " 22612 ", Procedure("cpt", "22612", ())),
        (AMA, "e0601", Procedure("hcpcs", "E0601", ())),
        (CMS, "22612-50", Procedure("cpt", "22612", ("50",))),
        ("hcpcs", "E0601 NU, kx", Procedure("hcpcs", "E0601", ("NU", "KX"))),
        ("cpt", "0274t", Procedure("cpt", "0274T", ())),
        ("urn:oid:2.16.840.1.113883.6.12", "27447RT", Procedure("cpt", "27447", ("RT",))),
        ("cpt", "2261", None),
        ("cpt", "22612-5", None),
        ("http://snomed.info/sct", "22612", None),
        ("unknown", "22612", None),
    ],
)
def test_a_code_has_one_form(system: str, code: str, read_as: Procedure | None):
    assert procedure(system, code) == read_as


@pytest.mark.parametrize("services", [(), ("spinal_fusion",)])
def test_a_range_of_codes_is_never_approved_by_its_first_one(services: tuple[str, ...]):
    whole = example("reference_case")
    first, lumbar = whole.lines
    ranged = ServiceCode(system="cpt", code="22612", through="22634")
    line = lumbar.model_copy(update={"codes": (ranged,), "services": services})

    found = evaluate(whole.model_copy(update={"lines": (first, line)}), AT)

    assert (found.lines[1].outcome, found.lines[1].reason) == ("pend", "code_range")
    assert [advisory.text for advisory in found.advisories if advisory.id == "code-range:2"] == [
        "Of the range 22612\N{EN DASH}22634 it is not said which code is meant."
    ]
    assert found.lines[0].outcome == "approve"

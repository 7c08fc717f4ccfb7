"""PAS bundles as submissions: HL7's own examples, and every trap by its name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.fhir import codes
from services.intake.handlers import read
from services.intake.model import Submission
from services.intake.reading.signatures import SENDER
from shared.errors import Malformed
from shared.events.request import LineOfBusiness, PlanFunding, Urgency
from shared.events.submissions import FHIR_BUNDLE
from shared.examples.pas import Name, bundle
from tests.unit.intake.given import outcome_of, raw

CANCEL_ALL = {"url": codes.CERTIFICATION_TYPE, "valueCodeableConcept": {"coding": [{"code": "3"}]}}
PROVIDER = "npi:8189991234"


def read_bundle(content: dict[str, Any], **headers: str) -> Submission:
    return read(FHIR_BUNDLE, headers, raw(content))


def resource(content: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        entry["resource"] for entry in content["entry"] if entry["resource"]["resourceType"] == kind
    )
    return found


def with_claim(name: Name = "medical_services", **changed: Any) -> dict[str, Any]:
    content = bundle(name)
    claim = content["entry"][0]["resource"]
    claim.update(changed)
    for key in [key for key, value in changed.items() if value is None]:
        del claim[key]
    return content


def spoken(
    code: str, *, preferred: bool = False, system: str = "urn:ietf:bcp:47"
) -> dict[str, Any]:
    """A language of a patient."""
    return {"language": {"coding": [{"system": system, "code": code}]}, "preferred": preferred}


def code_of(content: dict[str, Any]) -> str | None:
    with pytest.raises(Malformed) as caught:
        read_bundle(content)
    return caught.value.code


def test_medical_services_is_one_line_with_its_place_and_date():
    found = read_bundle(bundle("medical_services"))
    assert found.request is not None
    (line,) = found.request.lines
    assert (line.sequence, line.site, line.service_date) == (1, "11", date(2005, 5, 10))
    assert [(one.system, one.code) for one in line.codes] == [("cpt", "99212")]
    assert (found.sender, found.member, found.request.requester.npi) == (
        PROVIDER,
        "12345678901",
        "8189991234",
    )
    assert (found.request.member.line_of_business, found.request.urgency, found.opens) == (
        LineOfBusiness.UNKNOWN,
        Urgency.STANDARD,
        True,
    )


def test_homecare_is_two_lines():
    request = read_bundle(bundle("homecare")).request
    assert request is not None
    assert [(line.sequence, line.codes[0].code, line.cancelled) for line in request.lines] == [
        (1, "G0154", False),
        (2, "B4184", False),
    ]


def test_the_homecare_update_keeps_line_1_cancels_2_adds_3_and_follows_the_first_claim():
    first, update = read_bundle(bundle("homecare")), read_bundle(bundle("homecare_update"))
    assert update.request is not None
    assert [(line.sequence, line.cancelled) for line in update.request.lines] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert (update.prior, update.opens, update.changed) == (first.alias, False, (2, 3))


def test_the_referral_is_expedited_by_its_level_of_service_beside_a_normal_priority():
    request = read_bundle(bundle("referral")).request
    assert request is not None
    assert request.urgency is Urgency.EXPEDITED
    assert request.lines[0].diagnoses == ("G89.4",)
    assert request.lines[0].codes[0].system == "https://codesystem.x12.org/005010/1365"


@pytest.mark.parametrize(
    ("level", "priority", "urgency"),
    [
        ("03", "normal", Urgency.EMERGENCY),
        ("E", "stat", Urgency.EXPEDITED),
        ("E", "deferred", Urgency.STANDARD),
        ("U", "stat", Urgency.EXPEDITED),
    ],
)
def test_the_faster_of_level_of_service_and_priority_counts(
    level: str, priority: str, urgency: Urgency
):
    extension = [
        {"url": codes.LEVEL_OF_SERVICE, "valueCodeableConcept": {"coding": [{"code": level}]}}
    ]
    request = read_bundle(
        with_claim(extension=extension, priority={"coding": [{"code": priority}]})
    ).request
    assert request is not None
    assert request.urgency is urgency


def test_a_header_cancellation_withdraws_the_whole_request():
    found = read_bundle(with_claim("homecare_update", extension=[CANCEL_ALL]))
    assert (found.request, found.prior is not None) == (None, True)


def test_the_channel_names_the_sender_before_the_bundle_does():
    found = read_bundle(bundle("referral"), **{SENDER: "clearinghouse-7"})
    assert found.sender == "clearinghouse-7"
    assert not set(found.names) & set(read_bundle(bundle("referral")).names)


def test_without_a_provider_number_the_interchange_names_the_sender():
    content = bundle("referral")
    del content["entry"][1]["resource"]["identifier"]
    assert read_bundle(content).sender == "interchange:PROVIDERID"


def test_a_coverage_type_that_is_certain_names_the_line_of_business():
    content = bundle("homecare")
    resource(content, "Coverage")["type"] = {
        "coding": [{"system": "https://nahdo.org/sopt", "code": "111"}]
    }
    request = read_bundle(content).request
    assert request is not None
    assert request.member.line_of_business is LineOfBusiness.MEDICARE_ADVANTAGE


@pytest.mark.parametrize(
    ("named", "line_of_business", "funding"),
    [
        (("522",), LineOfBusiness.ERISA, PlanFunding.SELF_FUNDED),
        (("512",), LineOfBusiness.UNKNOWN, PlanFunding.UNKNOWN),
        (("522", "512"), LineOfBusiness.UNKNOWN, PlanFunding.UNKNOWN),
        (("522", "111"), LineOfBusiness.UNKNOWN, PlanFunding.UNKNOWN),
        (("5221",), LineOfBusiness.UNKNOWN, PlanFunding.UNKNOWN),
    ],
)
def test_a_self_insured_plan_is_one_where_the_coverage_says_that_and_nothing_else(
    named: tuple[str, ...], line_of_business: LineOfBusiness, funding: PlanFunding
):
    content = bundle("homecare")
    system = "https://nahdo.org/sopt"
    resource(content, "Coverage")["type"] = {
        "coding": [{"system": system, "code": code} for code in named]
    }
    request = read_bundle(content).request
    assert request is not None
    assert (request.member.line_of_business, request.member.funding) == (line_of_business, funding)


def test_a_part_of_a_unit_is_rounded_up():
    content = bundle("homecare")
    content["entry"][0]["resource"]["item"][0]["quantity"] = {"value": 2.5}
    request = read_bundle(content).request
    assert request is not None
    assert request.lines[0].codes[0].units == 3


def test_a_role_leads_to_the_practitioner_who_asks():
    content = with_claim(
        "referral", provider={"reference": "PractitionerRole/ReferralPractitionerRoleExample"}
    )
    found = read_bundle(content)
    assert found.request is not None
    assert (found.sender, found.request.requester.name) == ("npi:1234567893", "SUSAN WATSON")


ITEM = {"sequence": 1, "productOrService": {"coding": [{"system": "x", "code": "y"}]}}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"resourceType": "Patient"}, "not_a_bundle"),
        ({"resourceType": "Bundle"}, "no_entries"),
        ({"resourceType": "Bundle", "entry": []}, "no_entries"),
        ({"resourceType": "Bundle", "entry": [{}]}, "schema"),
        ({"resourceType": "Bundle", "entry": {}}, "schema"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]},
            "claim_not_first",
        ),
        (bundle("homecare") | {"entry": bundle("homecare")["entry"] * 2}, "duplicate_entry"),
        (
            bundle("homecare")
            | {"meta": {"profile": [codes.PAS + "profile-pas-request-bundle|1.1.0"]}},
            "unsupported_version",
        ),
        (
            bundle("homecare")
            | {"meta": {"profile": [codes.PAS + "profile-pas-inquiry-request-bundle"]}},
            "inquiry",
        ),
        (with_claim(meta={"profile": [codes.PAS + "profile-claim-inquiry"]}), "inquiry"),
        (with_claim(status="draft"), "claim_not_active"),
        (with_claim(status=None), "claim_not_active"),
        (with_claim(use="claim"), "not_preauthorization"),
        (with_claim(item=[]), "no_items"),
        (with_claim(item=None), "no_items"),
        (with_claim(item=[ITEM, ITEM]), "duplicate_sequence"),
        (with_claim(item=[ITEM | {"sequence": 0}]), "schema"),
        (with_claim(item=[ITEM | {"sequence": "1"}]), "schema"),
        (with_claim(item=[ITEM | {"servicedDate": "2026-13-45"}]), "schema"),
        (with_claim(item=[ITEM | {"quantity": {"value": 1e300}}]), "schema"),
        (with_claim(item=[ITEM | {"extension": [CANCEL_ALL]}]), "nothing_requested"),
        (with_claim(patient={"reference": "Patient/Nobody"}), "dangling_reference"),
        (with_claim(patient=None), "required"),
        (with_claim(provider={"reference": "Organization/Nobody"}), "dangling_reference"),
        (
            with_claim(insurance=[{"coverage": {"reference": "Coverage/None"}}]),
            "dangling_reference",
        ),
        (with_claim(related=[{"claim": {"reference": "Claim/Nobody"}}]), "prior_claim_missing"),
        (with_claim(extension=[CANCEL_ALL]), "cancel_without_prior"),
        (
            with_claim(
                "homecare_update",
                related=[{"claim": {"reference": "Claim/a"}}, {"claim": {"reference": "Claim/b"}}],
            ),
            "several_prior_claims",
        ),
    ],
)
def test_every_trap_has_its_own_answer(content: dict[str, Any], code: str):
    assert code_of(content) == code


def test_a_bundle_without_any_sender_or_member_number_says_so():
    nobody, memberless = bundle("medical_services"), bundle("medical_services")
    del nobody["entry"][1]["resource"]["identifier"]
    del resource(memberless, "Patient")["identifier"]
    del resource(memberless, "Coverage")["subscriberId"]
    assert (code_of(nobody), code_of(memberless)) == ("no_sender", "no_member")


def test_a_small_bundle_that_makes_a_huge_request_is_refused():
    diagnoses = [
        {"sequence": n, "diagnosisCodeableConcept": {"coding": [{"code": "C" * 60}]}}
        for n in range(200)
    ]
    items = [ITEM | {"sequence": n} for n in range(1, 1_000)]
    assert code_of(with_claim(diagnosis=diagnoses, item=items)) == "too_large"


def test_the_grandparent_of_an_update_need_not_be_in_the_bundle():
    content = bundle("homecare_update")
    content["entry"][-1]["resource"]["related"] = [{"claim": {"reference": "Claim/Grandparent"}}]
    assert read_bundle(content).prior is not None


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(path for key, inner in steps for path in paths(inner, (*here, key)))]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_bundle_with_any_one_value_replaced_is_read_or_refused_by_name(data: st.DataObject):
    content = bundle(data.draw(st.sampled_from(["homecare_update", "referral"])))
    *way, last = data.draw(st.sampled_from(paths(content)[1:]))
    place: Any = content
    for step in way:
        place = place[step]
    place[last] = data.draw(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=9)
        | st.just([])
        | st.just({})
        | st.just([{}])
        | st.just([[]])
    )
    assert isinstance(outcome_of(lambda: read_bundle(content)), Submission | str)


@pytest.mark.parametrize(
    ("communication", "language"),
    [
        (None, "en"),
        ([], "en"),
        ([spoken("es")], "es"),
        ([spoken("es-MX")], "es"),
        ([spoken("ES_mx")], "es"),
        ([spoken("zh-Hant-TW")], "zh"),
        ([spoken("spa", system="http://terminology.hl7.org/CodeSystem/v3-iso639-2")], "es"),
        ([spoken("en"), spoken("vi", preferred=True)], "vi"),
        ([spoken("ru"), spoken("en")], "ru"),
        ([spoken("hmn")], "xx"),
        ([spoken("Spanish")], "xx"),
        ([spoken("")], "xx"),
        ([{"language": {"text": "Navajo"}}], "xx"),
    ],
)
def test_the_language_is_the_one_that_the_patient_prefers(
    communication: list[dict[str, Any]] | None, language: str
):
    content = bundle("homecare")
    if communication is not None:
        patient = resource(content, "Patient")
        patient["communication"] = communication
    request = read_bundle(content).request
    assert request is not None
    assert request.language == language


def test_a_tag_of_bcp_47_counts_before_another_coding():
    content = bundle("homecare")
    codings = [
        {"system": "urn:example:languages", "code": "17"},
        {"system": "urn:ietf:bcp:47", "code": "ko-KR"},
    ]
    resource(content, "Patient")["communication"] = [{"language": {"coding": codings}}]
    request = read_bundle(content).request
    assert request is not None
    assert request.language == "ko"

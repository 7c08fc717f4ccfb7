"""A determination belongs to what was asked: changed content is another question, and what was
granted for the former content is not lost by it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.model import CriteriaState, Line
from shared.events.content.digest import LineContent, content_digest
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    ContentChange,
    Determination,
    LineDetermined,
)
from shared.events.request import AuthorizationRequest, ItemKind, Provider, ServiceCode, ServiceLine
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import review


def asked(**changes: Any) -> AuthorizationRequest:
    """The reference case with its first line changed."""
    return changed(example("reference_case"), **changes)


def changed(request: AuthorizationRequest, **changes: Any) -> AuthorizationRequest:
    first, *others = request.lines
    return request.model_copy(update={"lines": (first.model_copy(update=changes), *others)})


def version(
    request: AuthorizationRequest, state: CriteriaState | None, n: int
) -> Outcome[CriteriaState]:
    return decide(REFERENCE, state, received(accepted(request, n), n), AT)


def states(*requests: AuthorizationRequest) -> list[CriteriaState]:
    """The case after each of its versions."""
    found: list[CriteriaState] = []
    for n, request in enumerate(requests, start=1):
        state = version(request, found[-1] if found else None, n).state
        assert state is not None
        found.append(state)
    return found


def first_lines(*requests: AuthorizationRequest) -> list[Line]:
    return [state.lines[0] for state in states(*requests)]


OTHER_OPERATION = {
    "segment": "C1-S1",
    "codes": (ServiceCode(system="cpt", code="22844", units=12),),
    "diagnoses": ("M54.5",),
}


@pytest.mark.parametrize(
    "changes",
    [
        OTHER_OPERATION,
        {"codes": (ServiceCode(system="cpt", code="63276", units=9_000),)},
        {"segment": "T4-T9"},
        {"site": "office"},
        {"services": ("cosmetic_surgery",)},
        {"service_date": date(2026, 11, 1)},
        {"post_stabilization": True},
        {"care_ends_at": AT + timedelta(days=2)},
    ],
)
def test_a_clinical_change_never_keeps_the_number(changes: dict[str, Any]):
    before, after = first_lines(asked(), asked(**changes))
    assert before.granted is not None
    assert after.summary.change is ContentChange.CLINICAL
    assert after.summary.digest != before.summary.digest
    if after.granted is None:
        assert (after.summary.determination, after.summary.reason) == (
            Determination.PENDED,
            "changed_after_determination",
        )
        assert after.summary.former == (before.granted,)
    else:
        assert after.granted.number != before.granted.number


@pytest.mark.parametrize(
    "changes", [{"post_stabilization": True}, {"care_ends_at": AT + timedelta(days=2)}]
)
def test_what_a_line_follows_on_is_another_question_when_it_is_said_no_more(
    changes: dict[str, Any],
):
    _, after = first_lines(asked(**changes), asked())
    assert after.summary.change is ContentChange.CLINICAL


def test_by_whose_law_a_line_is_answered_is_no_part_of_what_it_asks_for():
    before, after = first_lines(asked(), asked(item=ItemKind.PART_B_DRUG))
    assert after.summary.digest == before.summary.digest
    assert after.granted == before.granted is not None


def test_an_instant_is_the_same_wherever_its_clock_hangs():
    ends = [
        ServiceLine.model_validate({"sequence": 1, "care_ends_at": text})
        for text in ("2026-03-08T12:00:00Z", "2026-03-08T08:00:00-04:00")
    ]
    first, second = (content_digest("M", LineContent(line=one)) for one in ends)
    assert first == second


def test_content_that_returns_has_its_determination_again():
    before, between, after = first_lines(asked(), asked(**OTHER_OPERATION), asked())
    assert between.is_open
    assert after.granted == before.granted
    assert after.summary.former == ()


def test_content_that_returns_has_its_own_number_and_not_one_that_would_do():
    days = (None, (AT + timedelta(days=150)).date(), None)
    before, far, after = first_lines(*(asked(service_date=day) for day in days))
    assert before.granted is not None
    assert far.granted is not None
    assert far.granted.valid_from <= AT.date() <= far.granted.valid_to
    assert after.granted is not None
    assert after.granted.number == before.granted.number != far.granted.number


def test_content_comes_back_over_an_administrative_change_and_a_clinical_one():
    days = (None, (AT + timedelta(days=10)).date(), (AT + timedelta(days=150)).date(), None)
    granted = [line.granted for line in first_lines(*(asked(service_date=day) for day in days))]
    first, moved, far, last = [one.number for one in granted if one is not None]
    assert first == moved == last != far


def test_an_authorization_that_has_ended_is_not_revived():
    far = asked(service_date=(AT + timedelta(days=150)).date())
    _, granted_anew, pended = first_lines(asked(), far, asked(**OTHER_OPERATION))
    assert pended.is_open
    assert pended.summary.former == (granted_anew.granted,)


def test_a_line_that_comes_to_ask_what_a_later_one_has_been_granted_gets_its_number():
    request = asked()
    first, second = request.lines
    twin = second.model_copy(update={"sequence": first.sequence})
    before, after = states(request, request.model_copy(update={"lines": (twin, second)}))
    assert after.lines[0].granted == after.lines[1].granted == before.lines[1].granted is not None


def test_a_refusal_comes_back_with_its_content():
    request = example("without_bladder_sign")
    pended = states(request)[0]
    refused = decide(REFERENCE, pended, received(review(pended), 2), AT).state
    first, second = request.lines
    other = request.model_copy(
        update={"lines": (first, second.model_copy(update={"site": "office"}))}
    )
    changed_case = version(other, refused, 3).state
    returned = version(request, changed_case, 4)
    assert changed_case is not None
    assert changed_case.lines[1].is_open
    assert returned.state is not None
    assert returned.state.lines[1].summary.determination is Determination.NOT_CERTIFIED
    told = next(
        emit.data
        for emit in returned.events
        if isinstance(emit.data, LineDetermined) and emit.data.sequence == 2
    )
    assert (told.basis, told.reviewer) == (Basis.CLINICIAN, review(pended).reviewer)


def test_changed_content_can_be_decided_by_a_clinician():
    case = states(asked(), asked(**OTHER_OPERATION))[-1]
    decision = review(
        case,
        sequence=1,
        content_digest=case.lines[0].summary.digest,
        determination=Determination.APPROVED,
    )
    outcome = decide(REFERENCE, case, received(decision, 3), AT)
    assert outcome.state is not None
    line = outcome.state.lines[0]
    assert line.granted is not None
    assert line.granted.number not in {one.number for one in case.lines[0].summary.former}
    assert line.summary.former == ()


def test_a_refusal_of_changed_content_leaves_the_former_authorization():
    case = states(asked(), asked(**OTHER_OPERATION))[-1]
    decision = review(case, sequence=1, content_digest=case.lines[0].summary.digest)
    outcome = decide(REFERENCE, case, received(decision, 3), AT)
    assert outcome.state is not None
    line = outcome.state.lines[0]
    assert line.summary.determination is Determination.NOT_CERTIFIED
    assert line.summary.former == case.lines[0].summary.former != ()


@pytest.mark.parametrize(
    ("request_of", "name"),
    [
        (lambda: asked(service_date=(AT + timedelta(days=20)).date()), "a day inside the validity"),
        (
            lambda: asked(diagnoses=(*example("reference_case").lines[0].diagnoses, "E11.9")),
            "a diagnosis more",
        ),
        (
            lambda: asked().model_copy(
                update={"performer": Provider(npi="1999999984", name="Renamed Surgery")}
            ),
            "the performer's name",
        ),
    ],
)
def test_an_administrative_change_keeps_approval_and_number(request_of: Any, name: str):
    first = version(asked(), None, 1)
    second = version(request_of(), first.state, 2)
    told = [emit.data for emit in second.events if isinstance(emit.data, LineDetermined)]
    assert told, name
    assert first.state is not None
    before = first.state.lines[0].granted
    assert before is not None
    line = next(one for one in told if one.sequence == 1)
    assert (line.determination, line.change) == (
        Determination.APPROVED,
        ContentChange.ADMINISTRATIVE,
    ), name
    assert line.authorization is not None
    assert line.authorization.number == before.number


def test_another_performer_is_a_clinical_change():
    other = asked().model_copy(update={"performer": Provider(npi="1888888883")})
    assert first_lines(asked(), other)[1].summary.change is ContentChange.CLINICAL


def test_spelling_and_order_change_nothing():
    request = asked()
    first = request.lines[0]
    respelled = asked(
        diagnoses=tuple(one.replace(".", "").lower() for one in reversed(first.diagnoses)),
        codes=tuple(reversed(first.codes)),
        segment=f" {(first.segment or '').lower()} ",
    )
    before, after = states(request, respelled)
    assert after.lines[0] == before.lines[0]


def test_a_line_asked_twice_is_granted_once():
    request = asked()
    twin = request.lines[0].model_copy(update={"sequence": 7})
    outcome = version(request.model_copy(update={"lines": (*request.lines, twin)}), None, 1)
    whole = next(emit.data for emit in outcome.events if isinstance(emit.data, CaseDetermined))
    numbers = {line.sequence: line.authorization for line in whole.lines}
    assert numbers[1] == numbers[7] is not None
    assert numbers[2] != numbers[1]
    assert [one.lines for one in whole.advisories if one.id == "duplicate-line:7"] == [(1, 7)]


def test_a_withdrawn_line_withdraws_what_was_granted_for_it_before():
    case = states(asked(), asked(**OTHER_OPERATION), asked(**OTHER_OPERATION, cancelled=True))[-1]
    assert case.lines[0].summary.determination is Determination.CANCELLED
    assert case.lines[0].summary.former == ()


def test_units_belong_to_their_code_in_the_digest():
    line = asked().lines[0]
    one, other = ServiceCode(system="cpt", code="1", units=2), ServiceCode(system="cpt", code="2")

    def digest(*codes: ServiceCode) -> str:
        return content_digest("M", LineContent(line=line.model_copy(update={"codes": codes})))

    swapped = (one.model_copy(update={"units": 1}), other.model_copy(update={"units": 2}))
    assert digest(one, other) != digest(*swapped)


@pytest.mark.parametrize(
    ("system", "one", "other", "same"),
    [
        ("cpt", "0042t", "0042T", True),
        ("hcpcs", " e0601 ", "E0601", True),
        ("urn:example:catalogue", "1.2", "12", False),
        ("urn:example:catalogue", "a1", "A1", False),
    ],
)
def test_codes_are_one_only_where_their_system_says_so(
    system: str, one: str, other: str, *, same: bool
):
    line = asked().lines[0]

    def digest(code: str) -> str:
        codes = (ServiceCode(system=system, code=code),)
        return content_digest("M", LineContent(line=line.model_copy(update={"codes": codes})))

    assert (digest(one) == digest(other)) is same


def test_the_digest_is_the_members():
    content = LineContent(line=asked().lines[0])
    assert content_digest("M-1", content) != content_digest("M-2", content)


def test_a_number_cannot_be_told_from_case_line_and_content():
    other = REFERENCE.__class__(REFERENCE.library, b"another key")
    event = received(accepted(asked()))
    numbers = {
        decide(reference, None, event, AT).state.lines[0].granted.number
        for reference in (REFERENCE, other)
    }
    assert len(numbers) == 2
    assert str(CASE) not in "".join(numbers)

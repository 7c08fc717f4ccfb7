"""The day of a service decides who may approve it, and no day is too far away to be answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.criteria.decide import decide
from services.criteria.engine.answer.evaluate import evaluate
from shared.events.criteria import CaseDetermined, Determination
from shared.events.request import ServiceLine, Urgency
from tests.unit.criteria.given import AT, REFERENCE, accepted, example, received
from tests.unit.criteria.test_contents import asked
from tests.unit.criteria.test_reviews import review


@pytest.mark.parametrize(
    ("day", "outcome", "reason"),
    [
        (AT.date() - timedelta(days=365), "pend", "retrospective"),
        (AT.date() - timedelta(days=2), "pend", "retrospective"),
        (AT.date() - timedelta(days=1), "pend", "retrospective"),
        (AT.date(), "approve", "criteria_met"),
        (AT.date() + timedelta(days=366), "approve", "criteria_met"),
        (AT.date() + timedelta(days=367), "pend", "service_date_beyond_horizon"),
        (date(2199, 1, 1), "pend", "service_date_beyond_horizon"),
        (date.max, "pend", "service_date_beyond_horizon"),
        (date.min, "pend", "retrospective"),
    ],
)
def test_software_approves_what_lies_between_today_and_a_year_ahead(
    day: date, outcome: str, reason: str
):
    line = evaluate(asked(service_date=day), AT, REFERENCE.library).lines[0]
    assert (line.outcome, line.reason) == (outcome, reason)


def test_what_is_over_is_no_emergency_any_more():
    request = example("reference_case")
    over = AT.date() - timedelta(days=365)
    lines: list[ServiceLine] = [
        line.model_copy(update={"service_date": over}) for line in request.lines
    ]
    past = request.model_copy(update={"lines": tuple(lines), "urgency": Urgency.STANDARD})
    found = evaluate(past, AT, REFERENCE.library)
    assert found.urgency is Urgency.STANDARD
    assert found.review_within_minutes is None
    assert [one.call_within_minutes for one in found.advisories if one.call_within_minutes] == []


@pytest.mark.parametrize("day", [date.min, date(1000, 1, 1), date(9999, 12, 31)])
def test_a_clinician_can_approve_any_day(day: date):
    case = decide(REFERENCE, None, received(accepted(asked(service_date=day))), AT).state
    assert case is not None
    decision = review(
        case,
        sequence=1,
        content_digest=case.lines[0].summary.digest,
        determination=Determination.APPROVED,
    )
    outcome = decide(REFERENCE, case, received(decision, 2), AT)
    whole = next(emit.data for emit in outcome.events if isinstance(emit.data, CaseDetermined))
    grant = whole.lines[0].authorization
    assert grant is not None
    assert grant.valid_from <= day <= grant.valid_to


def test_lines_that_overlap_are_told():
    request = asked(segment="T4-L4")
    second = request.lines[1]
    assert second.segment == "L4-S1"
    found = evaluate(request, AT, REFERENCE.library).advisories
    assert [one.lines for one in found if one.id == "overlapping-lines:1-2"] == [(1, 2)]

"""Facts that are computed over time: the best window of days, days between two dates, whole years
since birth.
"""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition import edition
from services.criteria.engine.language import vocabulary
from services.criteria.engine.logic.values import possible
from services.criteria.engine.runtime.best_window import months_after
from services.criteria.engine.runtime.facts import KnownFact
from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT, HEAD, fact

WORDS = vocabulary.load(
    """
vocabulary: toy
version: 1
lists: {nights: {of: night, closed_by: nights, ask: "Which nights?"}}
paths:
  night.hours: {type: number, possible: [0, 24], of: night, ask: "hours at {item}?"}
  begun: {type: date, ask: "begun?"}
  seen: {type: date, ask: "seen?"}
  best: {type: number, derive: policy}
  later: {type: number, derive: policy}
  age: {type: number, derive: policy}
  member.birth_date: {type: date, ask: "born?"}
""",
    "toy.yaml",
)
DERIVED = """
derived:
  best:
    best_window:
      {list: nights, days: 3, since: begun, first_months: 1,
       where: {fact: night.hours, at_least: 4}}
  later: {difference: {of: seen, less: begun}}
  age: {age_at: receipt}
criteria: {all: [{fact: best, at_least: 2}, {fact: later, at_least: 31}, {fact: age, at_least: 18}]}
"""
EDITION = edition.load(f"{HEAD}{DERIVED}", "toy.yaml", {WORDS.name: WORDS}, {})
START = date(2025, 10, 1)


def computed(
    path: str, *facts: dict[str, Any], closed: bool = True, born: str | None = None
) -> KnownFact:
    """A computed fact of a request with these facts."""
    content = {
        "member": {"id": "m", "birth_date": born},
        "lines": [{"sequence": 1, "services": ["toy"]}],
        "facts": facts,
        "lists": [{"name": "nights", "closed": closed}],
    }
    prepared = PreparedRequest(
        AuthorizationRequest.model_validate_json(json.dumps(content)), AT, EDITION
    )
    return prepared.scope(prepared.request.lines[0]).member[path]


def nights(*hours: Any, start: date = START) -> list[dict[str, Any]]:
    """One fact a night from `start` on; None for a night that the report leaves out."""
    named = [((start + timedelta(days=at)).isoformat(), value) for at, value in enumerate(hours)]
    return [
        fact("night.hours", value, subject=f"night:{name}")
        for name, value in named
        if value is not None
    ]


BEGUN = fact("begun", START.isoformat())


def test_the_best_window_holds_the_most_nights_that_count():
    assert computed("best", BEGUN, *nights(5, 0, 5, 5, 0, 5)).value == 2


def test_nights_that_are_missing_from_a_complete_report_do_not_count():
    assert computed("best", BEGUN, *nights(5, None, 5)).value == 2


def test_nights_that_are_missing_from_an_open_report_may_count():
    known = computed("best", BEGUN, *nights(5, None, 5), closed=False)
    assert (possible(known.value), known.asks) == ({2, 3}, (("nights", None),))


def test_a_night_of_uncertain_use_is_what_is_asked_for():
    known = computed("best", BEGUN, *nights(5, {"low": 3, "high": 5}))
    assert (possible(known.value), known.asks) == ({1, 2}, (("night.hours", "2025-10-02"),))


@pytest.mark.parametrize("start", [START - timedelta(days=1), START + timedelta(days=31)])
def test_nights_before_the_start_and_after_the_first_months_do_not_count(start: date):
    assert computed("best", BEGUN, *nights(5, start=start)).value == 0


def test_a_night_that_no_date_names_may_be_any_night():
    known = computed("best", BEGUN, *nights(5), fact("night.hours", 5, subject="night:tuesday"))
    assert possible(known.value) == {1, 2, 3}


def test_without_the_start_of_therapy_the_start_is_asked_for():
    known = computed("best", *nights(5, 5, 5))
    assert (known.reason, known.asks) == ("absent", (("begun", None),))


def test_a_start_after_receipt_cannot_be_read():
    assert computed("best", fact("begun", "2026-01-01"), *nights(5)).reason == "illegible"


def test_days_of_the_future_count_for_nothing():
    known = computed("best", fact("begun", "2025-11-14"), closed=False)
    assert possible(known.value) == {0, 1, 2}


@settings(max_examples=200, deadline=None)
@given(hours=st.lists(st.sampled_from([5, 0, None, "unclear"]), max_size=7), closed=st.booleans())
def test_the_best_window_is_what_every_completion_gives(hours: list[Any], closed: bool):
    known = computed(
        "best",
        BEGUN,
        *nights(*({"low": 3, "high": 5} if one == "unclear" else one for one in hours)),
        closed=closed,
    )

    days = [*hours, *([] if closed else [None] * 3)]
    choices = [
        {
            5: (True,),
            0: (False,),
            None: (False,) if closed else (True, False),
            "unclear": (True, False),
        }[one]
        for one in days
    ]
    found = {
        max((sum(made[at : at + 3]) for at in range(max(len(made), 1))), default=0)
        for made in itertools.product(*choices)
    }

    assert possible(known.value) == frozenset(range(min(found), max(found) + 1))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-08-15", 3, "2025-11-15"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("9999-12-01", 1, "9999-12-31"),
    ],
)
def test_months_are_calendar_months(start: str, months: int, end: str):
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("seen", "days"),
    [("2025-11-01", 31), ("2025-10-31", 30), ("2025-10-01", 0), ("2025-09-30", -1)],
)
def test_the_difference_of_two_dates_is_in_days(seen: str, days: int):
    assert computed("later", BEGUN, fact("seen", seen)).value == days


def test_a_date_that_is_one_of_two_leaves_a_difference_between_them():
    known = computed("later", BEGUN, fact("seen", {"any_of": ["2025-10-11", "2025-10-21"]}))
    assert (known.value.low, known.value.high, known.asks) == (10, 20, (("seen", None),))


def test_a_difference_asks_for_what_it_lacks():
    known = computed("later", fact("seen", "2025-10-11"))
    assert (known.reason, known.asks) == ("absent", (("begun", None),))


def test_a_difference_of_an_uncertain_fact_says_why_it_is_unknown():
    assert (
        computed("later", BEGUN, fact("seen", "2025-10-11", certainty="possible")).reason
        == "below_confidence"
    )


@pytest.mark.parametrize(
    ("born", "years"), [("2007-11-15", 18), ("2007-11-16", 17), ("2008-02-29", 17)]
)
def test_an_age_is_in_whole_years_at_receipt(born: str, years: int):
    assert computed("age", born=born).value == years


def test_an_age_asks_for_the_date_of_birth():
    known = computed("age")
    assert (known.reason, known.asks) == ("absent", (("member.birth_date", None),))

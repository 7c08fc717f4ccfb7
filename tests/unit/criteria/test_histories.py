"""Whatever happens to a case and in whatever order, an authorization covers what was decided when
its number was given, a determination comes back with its content, and software never refuses.

500 histories; as many as `PRIORAUTH_TEST_HISTORIES` says where it is set (10,000 before a
release).
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.criteria.decide.reference import DecisionReference
from tests.desk import KEYS
from tests.unit.criteria.given import AT
from tests.unit.criteria.histories import (
    Amend,
    Arrive,
    History,
    Repeat,
    Return,
    Review,
    Step,
    policies,
)

HISTORIES = int(os.environ.get("PRIORAUTH_TEST_HISTORIES", "500"))
REFERENCE = DecisionReference(policies(), b"a key of authorization numbers", desk=KEYS)


def codes(*units: int) -> list[dict[str, Any]]:
    """Codes 1, 2, ... with so many units each."""
    return [
        {"system": "cpt", "code": str(n), "units": each} for n, each in enumerate(units, start=1)
    ]


def day(days: int) -> str:
    return (AT + timedelta(days=days)).date().isoformat()


LINE = {
    "services": ["toy"],
    "codes": codes(1, 2),
    "diagnoses": ["D1.0"],
    "segment": None,
    "site": None,
    "service_date": None,
    "start_of_care": None,
    "cancelled": False,
}
OF_A_LINE: dict[str, list[Any]] = {
    "services": [["toy"], ["extra", "toy"], ["toy", "extra"], ["unknown"]],
    "codes": [codes(1, 2), codes(2, 1), codes(1, 2)[::-1], codes(3), []],
    "diagnoses": [["D1.0"], ["D10"], ["D1.0", "X9"], ["E1"], ["D1.0", "E1"], []],
    "segment": [None, "T4-T8", " t4-t8", "L4-S1"],
    "site": [None, "office"],
    "service_date": [None, day(10), day(40), day(150), day(-30), day(900)],
    "start_of_care": [None, day(-20)],
    "cancelled": [False, False, True],
}
OF_THE_REQUEST: dict[str, list[Any]] = {
    "facts": [
        [{"path": name, "value": value} for name, value in facts.items()]
        for facts in ({"a": True, "b": True}, {"a": True}, {"b": True}, {"a": False}, {})
    ],
    "performer": [
        {"npi": "1999999984", "name": "One"},
        {"npi": "1999999984", "name": "Renamed"},
        {"npi": "1888888883", "name": "Another"},
        {"name": "One"},
        {},
    ],
}
START = {
    "sender": "clinic-1",
    "member": {"id": "M-1"},
    "lines": [LINE | {"sequence": 1}, LINE | {"sequence": 2, "site": "home"}],
    "facts": OF_THE_REQUEST["facts"][0],
    "performer": OF_THE_REQUEST["performer"][0],
}


def edits(fields: dict[str, list[Any]], where: st.SearchStrategy[int | None]) -> Any:
    """An edit of one of these fields."""
    return st.one_of(
        [st.tuples(where, st.just(name), st.sampled_from(all_)) for name, all_ in fields.items()]
    )


LATE = st.sampled_from([False, False, True])
EDIT = st.one_of(edits(OF_A_LINE, st.integers(0, 1)), edits(OF_THE_REQUEST, st.none()))
AMEND = st.builds(Amend, st.lists(EDIT, min_size=1, max_size=3).map(tuple), LATE)
LINES = st.integers(0, 1)
MOVE = st.builds(
    lambda line, when, late: Amend(((line, "service_date", when),), late),
    LINES,
    st.sampled_from(OF_A_LINE["service_date"][:4]),
    LATE,
)
"""Another day alone: an approval holds for some, and others are granted anew."""
REPEAT = st.builds(Repeat, LINES, LATE)
REVIEW = st.builds(
    Review,
    LINES,
    st.sampled_from(["A1", "A3", "A6"]),
    st.sampled_from([0, 0, 0, 1, 2, 5]),
    LATE,
)
ARRIVE = st.builds(Arrive, st.integers(0, 3), st.integers(0, 6))
RETURN = st.builds(Return, st.sampled_from([1, 1, 1, 2, 2, 3, 5, 8]), LATE)
WITHDRAWN = st.just(Amend(((0, "cancelled", True), (1, "cancelled", True))))
STEPS = st.lists(
    st.one_of(AMEND, AMEND, MOVE, MOVE, REVIEW, REVIEW, RETURN, RETURN, ARRIVE, REPEAT, WITHDRAWN),
    min_size=1,
    max_size=20,
)


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=st.sampled_from(OF_THE_REQUEST["facts"]), steps=STEPS)
def test_every_valid_authorization_covers_what_was_decided(facts: Any, steps: list[Step]):
    history = History(REFERENCE, START | {"facts": facts})

    for step in steps:
        history.take(step)

    history.end()

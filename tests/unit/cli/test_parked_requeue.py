"""How a requeue is cut into calls: a case goes whole, and a rate bounds what goes in a second."""

from __future__ import annotations

import pytest

from cli.parked.requeue import CASES_A_CALL, RequeueBatch, _groups
from cli.services.parked_client import refused_in_words


def case(name: str, events: int) -> RequeueBatch:
    return RequeueBatch(name, tuple(f"{name}-{n}" for n in range(events)))


@pytest.mark.parametrize(
    ("sizes", "rate", "expected"),
    [
        ((1, 1, 1), None, [[1, 1, 1]]),
        ((2, 2, 2), 4, [[2, 2], [2]]),
        ((2, 9, 2), 4, [[2], [9], [2]]),
        ((), 4, []),
    ],
)
def test_a_second_takes_as_many_as_the_rate_allows_but_a_case_whole(
    sizes: tuple[int, ...], rate: float | None, expected: list[list[int]]
):
    batches = [case(f"case-{n}", size) for n, size in enumerate(sizes)]

    groups = list(_groups(batches, rate))

    assert [[len(batch.ids) for batch in group] for group in groups] == expected
    assert [batch for group in groups for batch in group] == batches


def test_without_a_rate_a_call_takes_a_bounded_number_of_cases():
    groups = list(_groups([case(f"case-{n}", 1) for n in range(CASES_A_CALL + 1)], None))

    assert [len(group) for group in groups] == [CASES_A_CALL, 1]


def test_lanes_refused_for_one_reason_are_told_in_one_sentence():
    refusals = [
        {"lane": 3, "why": "breaker: x"},
        {"lane": 4, "why": "breaker: x"},
        {"lane": 7, "why": "position 9"},
    ]

    assert refused_in_words(refusals) == [
        "refuses lanes 3, 4: breaker: x",
        "refuses lane 7: position 9",
    ]

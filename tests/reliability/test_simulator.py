"""The simulator finds nothing, and is what it says: one seed is one history."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.reliability.simulator.campaign import Tally, campaign
from tests.reliability.simulator.cases import KINDS, story
from tests.reliability.simulator.faults import EVERY, Plan
from tests.reliability.simulator.run import run
from tests.reliability.simulator.shrink import command

CORES = 2


@pytest.fixture(scope="module")
def seeds(pytestconfig: pytest.Config, ran_on: dict[str, str]) -> int:
    """How many: a sample, and many where CI runs everything."""
    many = os.environ.get("CI") and not pytestconfig.option.quick
    count = 2_000 if many else 100
    ran_on["the simulator"] = f"{count:,} seeds"
    return count


@pytest.fixture(scope="module")
def tally(seeds: int) -> Tally:
    tally = Tally()
    for chunk, ran, cpu_s in campaign(tally.missing(0, seeds), CORES):
        tally.add(chunk, ran, cpu_s)
    return tally


def test_no_seed_violates_an_invariant(tally: Tally, seeds: int) -> None:
    assert tally.seeds == seeds
    assert [f"{one['detail']}: {command(Plan(one['seed']))}" for one in tally.failures] == []


def test_every_kind_of_fault_is_in_a_twentieth_of_the_seeds(tally: Tally) -> None:
    assert {
        kind: tally.seeds_with[kind] for kind in EVERY if tally.seeds_with[kind] < tally.seeds / 20
    } == {}


def test_a_seed_is_long_enough(tally: Tally) -> None:
    assert tally.steps >= 500 * tally.seeds


def test_one_seed_is_one_history() -> None:
    first = run(Plan(7), tell=True)
    run(Plan(8))
    second = run(Plan(7), tell=True)

    assert first == second
    assert len(first.story) > 100


def test_without_faults_every_case_ends_too() -> None:
    ran = run(Plan(3, without=frozenset(EVERY)))

    assert (ran.faults, ran.detail) == ({}, "")


def test_the_cases_are_of_every_kind() -> None:
    kinds = Counter(story(number).kind for number in range(len(KINDS)))

    assert set(kinds) == {
        "uncovered",
        "bariatric",
        "unanswered",
        "both",
        "spine",
        "unwritable",
        "undecidable",
        "unevaluable",
        "oversized",
        "deadly",
    }


def test_a_campaign_goes_on_where_it_was_stopped() -> None:
    tally = Tally()
    tally.add(range(10, 20), [], 0.0)

    assert [list(chunk) for chunk in tally.missing(8, 14)] == [[8, 9], [20, 21]]

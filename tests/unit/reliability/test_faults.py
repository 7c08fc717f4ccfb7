"""The plan of a crash run follows from its seed, has every kind that was asked for, and hits nobody
who is not there.
"""

from __future__ import annotations

import pytest

from tests.reliability.crash.faults import (
    KINDS,
    LONG_KINDS,
    LONGEST_STOP,
    MOST_REPLICAS,
    SERVICES,
    Fault,
    planned,
)

USUAL = tuple(kind for kind in KINDS if kind not in LONG_KINDS)


def test_the_same_seed_gives_the_same_plan():
    assert planned(USUAL, 50, 2, 7) == planned(USUAL, 50, 2, 7) != planned(USUAL, 50, 2, 8)


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_comes_before_any_comes_often(seed: int):
    assert {fault.kind for fault in planned(USUAL, len(USUAL) + 4, 2, seed)} == set(USUAL)


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("replicas", [1, 2])
def test_replicas_come_and_go_one_at_a_time_and_a_service_keeps_one(seed: int, replicas: int):
    present = {f"{service}-{n}" for service in SERVICES for n in range(replicas)}
    for fault in planned(USUAL, 100, replicas, seed):
        others = sum(one.startswith(fault.service) for one in present) if fault.service else 0
        match fault:
            case Fault("join", target, _):
                assert target not in present
                assert others < MOST_REPLICAS
                present.add(target)
            case Fault("leave", target, _):
                assert others > 1
                present.remove(target)
            case Fault("kill-away", target, _):
                assert others > 1
                assert target in present
            case Fault("kill" | "stop", target, _):
                assert target in present
            case Fault(_, target, _):
                assert target in ("broker", "database")


def test_a_stop_lasts_from_one_second_to_twenty():
    stops = [
        fault.seconds for fault in planned(("stop", "broker-stop", "database-stop"), 200, 1, 1)
    ]

    assert 1 <= min(stops) < 3
    assert LONGEST_STOP - 2 < max(stops) <= LONGEST_STOP


def test_a_database_is_away_for_long_only_when_that_is_asked_for():
    assert all(fault.kind != "database-away" for fault in planned(USUAL, 200, 2, 1))
    assert [fault.seconds for fault in planned(("database-away",), 1, 1, 1)] == [600.0]

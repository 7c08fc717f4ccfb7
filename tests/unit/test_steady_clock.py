"""A clock of the machine that leaps and comes back moves nothing: neither what is received
meanwhile, nor what is due, nor what comes after.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import sleep

import pytest

from shared.clock import SteadyClock
from tests.unit.intake.acting import clock
from tests.unit.intake.given import case_of, request, submitted, when

START = datetime(2026, 2, 27, 10, tzinfo=UTC)
DAYS_20 = 20 * 86_400.0


@dataclass
class Machine:
    """Its seconds since boot, and by how much its clock is off."""

    awake: float = 1_000.0
    off: float = 0.0

    def wall(self) -> float:
        return START.timestamp() + self.awake - 1_000.0 + self.off


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def steady(machine: Machine) -> SteadyClock:
    return SteadyClock(machine.wall, lambda: machine.awake)


def passes(machine: Machine, steady: SteadyClock, seconds: float) -> None:
    """Time in which the clock is asked every second, as an engine does."""
    until = machine.awake + seconds
    while machine.awake < until:
        machine.awake += min(1.0, until - machine.awake)
        steady.now()


@pytest.mark.parametrize("leap", [DAYS_20, -DAYS_20])
def test_a_leap_that_comes_back_moves_no_instant(
    machine: Machine, steady: SteadyClock, leap: float
):
    machine.off = leap
    passes(machine, steady, SteadyClock.PATIENCE - 2)
    assert steady.now() == START + timedelta(seconds=SteadyClock.PATIENCE - 2)
    machine.off = 0.0
    passes(machine, steady, 10)
    assert steady.now() == START + timedelta(seconds=SteadyClock.PATIENCE + 8)


@pytest.mark.parametrize("leap", [DAYS_20, -DAYS_20])
def test_what_is_received_while_the_clock_is_off_is_due_as_ever(
    machine: Machine, steady: SteadyClock, leap: float
):
    machine.off = leap
    passes(machine, steady, 60)
    during = case_of(when(None, submitted(request(), at=steady.now())))
    machine.off = 0.0
    passes(machine, steady, 60)
    after = case_of(when(None, submitted(request(), at=steady.now())))
    right = case_of(when(None, submitted(request(), at=START + timedelta(minutes=1))))
    assert clock(during).due_at == clock(after).due_at == clock(right).due_at
    assert clock(after).started_at == START + timedelta(minutes=2)


def test_another_time_that_lasts_is_believed(machine: Machine, steady: SteadyClock):
    machine.off = DAYS_20
    passes(machine, steady, SteadyClock.PATIENCE + 1)
    assert steady.now() == START + timedelta(seconds=SteadyClock.PATIENCE + 1 + DAYS_20)


def test_a_clock_that_leaps_again_and_again_is_not_believed(machine: Machine, steady: SteadyClock):
    for off in (DAYS_20, -DAYS_20, DAYS_20, 3_600.0):
        machine.off = off
        passes(machine, steady, SteadyClock.PATIENCE / 2)
    assert steady.now() == START + timedelta(seconds=2 * SteadyClock.PATIENCE)


def test_a_clock_that_is_set_right_by_seconds_is_followed_at_once(
    machine: Machine, steady: SteadyClock
):
    machine.off = 30.0
    assert steady.now() == START + timedelta(seconds=30)


def test_no_instant_is_told_twice_where_the_clock_is_set_back_by_seconds(
    machine: Machine, steady: SteadyClock
):
    passes(machine, steady, 10)
    machine.off = -30.0
    passes(machine, steady, 20)
    assert steady.now() == START + timedelta(seconds=10)
    passes(machine, steady, 20)
    assert steady.now() == START + timedelta(seconds=20)


@pytest.mark.parametrize("step", [59.0, -59.0, 1.0, -1.0])
def test_a_clock_that_creeps_away_is_not_followed_further_than_a_leap_in_each_patience(
    machine: Machine, steady: SteadyClock, step: float
):
    for _ in range(2_000):
        machine.off += step
        machine.awake += 1.0
        steady.now()
    ahead = (steady.now() - START).total_seconds() - 2_000
    assert abs(ahead) <= 3 * (SteadyClock.LEAP + 1)


@pytest.mark.parametrize("drift", [400e-6, -400e-6])
def test_the_drift_of_a_quartz_is_followed_for_days(
    machine: Machine, steady: SteadyClock, drift: float
):
    for _ in range(3 * 1_440):
        machine.off += drift * 60
        machine.awake += 60.0
        assert abs(steady.now().timestamp() - machine.wall()) < 1e-3
    machine.off += 86_400 * drift
    machine.awake += 86_400.0  # nobody asks for a day
    assert abs(steady.now().timestamp() - machine.wall()) < 1e-3


def test_threads_that_ask_at_once_are_told_one_after_the_other():
    alone = Lock()

    def wall() -> float:
        assert alone.acquire(blocking=False), "two threads judge the clock at once"
        sleep(0.001)
        alone.release()
        return 0.0

    steady = SteadyClock(wall, lambda: 0.0)
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: steady.now().timestamp(), range(40)))
    assert set(told) == {0.0}


def test_the_machine_s_own_clock_is_told_in_utc():
    assert abs(SteadyClock().now() - datetime.now(UTC)) < timedelta(seconds=5)

"""A clock of the machine that leaps and comes back moves nothing: neither what is received
meanwhile, nor what is due, nor what comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
    machine.off = -30.0
    assert steady.now() == START - timedelta(seconds=30)


def test_the_machine_s_own_clock_is_told_in_utc():
    assert abs(SteadyClock().now() - datetime.now(UTC)) < timedelta(seconds=5)

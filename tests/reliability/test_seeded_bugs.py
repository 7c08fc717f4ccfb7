"""Every bug that is put in on purpose is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.seeded import BUGS, find, level

SAMPLE = {"gap_blind_reader", "no_epoch_check", "publish_before_commit"}
"""Bugs that are found in seconds, by the simulator and by tests."""


@pytest.mark.parametrize(
    "bug",
    [pytest.param(bug, marks=() if bug.stem in SAMPLE else pytest.mark.long) for bug in BUGS],
    ids=lambda path: path.stem,
)
def test_a_seeded_bug_is_found(tmp_path: Path, bug: Path) -> None:
    assert find(bug, tmp_path).what


def test_the_sample_of_a_quick_run_is_of_bugs_that_there_are() -> None:
    assert {bug.stem for bug in BUGS} >= SAMPLE


def test_there_are_enough_seeded_bugs() -> None:
    by_simulator = [bug for bug in BUGS if level(bug) == "simulator"]

    assert (len(BUGS) >= 12, len(by_simulator) >= 10) == (True, True)

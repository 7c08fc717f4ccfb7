"""Every bug that is put in on purpose is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.seeded import BUGS, find, level


@pytest.mark.parametrize("bug", BUGS, ids=lambda path: path.stem)
def test_a_seeded_bug_is_found(tmp_path: Path, bug: Path) -> None:
    assert find(bug, tmp_path).what


def test_there_are_enough_seeded_bugs() -> None:
    by_simulator = [bug for bug in BUGS if level(bug) == "simulator"]

    assert (len(BUGS) >= 12, len(by_simulator) >= 10) == (True, True)

"""The checkpoints of logs that this machine keeps, to compare with the next time."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.services.held_checkpoints import held, hold
from shared.errors import Unavailable

FIRST = "priorauth/0a1b2c3d/audit\n1\nroot\nat 1\n\n— a signature\n"
LATER = FIRST.replace("\n1\n", "\n2\n")
OTHER = FIRST.replace("0a1b2c3d", "ffffffff")


def test_of_each_log_the_checkpoint_that_was_seen_last_is_held(tmp_path: Path):
    folder = tmp_path / "held"
    assert held(folder, FIRST) is None
    hold(folder, FIRST)
    hold(folder, OTHER)
    assert (held(folder, LATER), held(folder, OTHER)) == (FIRST, OTHER)
    hold(folder, LATER)
    assert held(folder, FIRST) == LATER
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "held").touch()
    with pytest.raises(Unavailable, match="cannot be kept"):
        hold(tmp_path / "held", FIRST)

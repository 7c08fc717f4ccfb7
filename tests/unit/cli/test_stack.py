"""One embedded stack a folder, and how a process that ended is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.embedded.stack import ending, locked
from shared.errors import Unavailable


def test_a_second_stack_in_a_folder_is_refused_until_the_first_has_stopped(tmp_path: Path):
    first = locked(tmp_path / "state")

    with pytest.raises(Unavailable, match="name another folder with --state"):
        locked(tmp_path / "state")

    first.close()
    locked(tmp_path / "state").close()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, "ended with exit code 0"),
        (3, "ended with exit code 3"),
        (-9, "was ended by SIGKILL"),
        (-99, "was ended by signal 99"),
    ],
)
def test_an_end_is_told_with_its_exit_code_or_its_signal(code: int, told: str):
    assert ending(code) == told

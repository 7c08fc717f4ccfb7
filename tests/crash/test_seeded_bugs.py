"""Bugs put in on purpose: each patch of `bugs/` is applied to a copy of the code, in which it must be found.

By the simulator, unless the patch's second line says which tests find it: what the broker's guarantees hide there is only a second line of defence.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUGS = sorted((ROOT / "tests" / "crash" / "bugs").glob("*.patch"))
SEEDS = 2_000
NEEDED = ("services", "shared", "cli", "tests", "pyproject.toml")
ELSEWHERE = re.compile(r"^Found by (tests/\S+)$", re.MULTILINE)
MOVED = "The code has moved on from under this patch. Put the same bug into the code as it is now, and write `git diff` to the patch, below its first line."


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a simulation needs, somewhere else."""
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("bug", BUGS, ids=lambda path: path.stem)
def test_a_seeded_bug_is_found(copy: Path, bug: Path) -> None:
    applied = subprocess.run(["git", "apply", "-C1", str(bug)], cwd=copy, capture_output=True, text=True, check=False)
    assert applied.returncode == 0, f"{MOVED}\n{applied.stderr}"

    elsewhere = ELSEWHERE.search(bug.read_text())
    command = (
        ["pytest", "-q", "-p", "no:cacheprovider", elsewhere[1]] if elsewhere else ["tests.crash.simulator", "--seeds", str(SEEDS), "--workers", "1", "--halt"]
    )
    found = subprocess.run([sys.executable, "-m", *command], cwd=copy, capture_output=True, text=True, check=False)

    assert found.returncode == 1, found.stdout[-2_000:] + found.stderr[-2_000:]
    assert re.search(r"^FAILED tests" if elsewhere else r"^seed \d+: ", found.stdout, re.MULTILINE), found.stdout[-2_000:] + found.stderr[-2_000:]


def test_there_are_enough_seeded_bugs() -> None:
    by_simulator = [bug for bug in BUGS if not ELSEWHERE.search(bug.read_text())]

    assert (len(BUGS) >= 12, len(by_simulator) >= 10) == (True, True)

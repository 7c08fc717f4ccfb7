"""Bugs put in on purpose: each patch of `bugs/` is applied to a copy of the code, in which it must
be found.

By the simulator, unless the patch's second line says which tests find it: what the broker's
guarantees hide there is only a second line of defence. `python -m tests.reliability.seeded --json
FILE` says of each by what it was found, and how fast.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BUGS = sorted((ROOT / "tests" / "reliability" / "bugs").glob("*.patch"))
SEEDS = 2_000
NEEDED = ("services", "shared", "cli", "tests", "pyproject.toml")
ELSEWHERE = re.compile(r"^Found by (tests/\S+)$", re.MULTILINE)
MOVED = (
    "The code has moved on from under this patch. Put the same bug into the code as it is now, and "
    "write `git diff` to the patch, below its first line."
)


class Finding(NamedTuple):
    """By what a bug was found (`simulator`, or the tests), after how many seeds and seconds, and
    what was said of it.
    """

    bug: str
    level: str
    seeds: int | None
    seconds: float
    what: str


class NotFoundError(Exception):
    """Nothing notices a bug, or it cannot be put in any more."""


def level(bug: Path) -> str:
    """What is to find a bug."""
    elsewhere = ELSEWHERE.search(bug.read_text())
    return elsewhere[1] if elsewhere else "simulator"


def find(bug: Path, folder: Path) -> Finding:
    """Puts a bug into a copy of the code, made in an empty folder, and looks for it;
    `NotFoundError` if nothing notices it.
    """
    _copy(folder)
    applied = subprocess.run(
        ["git", "apply", "-C1", str(bug)], cwd=folder, capture_output=True, text=True, check=False
    )
    if applied.returncode != 0:
        raise NotFoundError(f"{MOVED}\n{applied.stderr}")
    by, began = level(bug), time.monotonic()
    simulated = by == "simulator"
    command = (
        ["tests.reliability.simulator", "--seeds", str(SEEDS), "--workers", "1", "--halt"]
        if simulated
        else ["pytest", "-q", "-p", "no:cacheprovider", by]
    )
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    said = re.search(
        r"^seed (\d+): (.*)" if simulated else r"^FAILED tests\S*::(\S+)", done.stdout, re.MULTILINE
    )
    if done.returncode != 1 or said is None:
        raise NotFoundError(done.stdout[-2_000:] + done.stderr[-2_000:])
    return Finding(
        bug.stem,
        by,
        int(said[1]) + 1 if simulated else None,
        round(time.monotonic() - began, 1),
        said[2] if simulated else said[1],
    )


def _copy(folder: Path) -> None:
    """What a simulation needs."""
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def main() -> int:
    """0 if every bug was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.seeded")
    parser.add_argument("--json", type=Path, help="write what was found here")
    given = parser.parse_args()
    found, missed = [], 0
    for bug in BUGS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found.append(find(bug, Path(folder)))
            except NotFoundError as problem:
                missed += 1
                sys.stdout.write(f"{bug.stem}: NOT FOUND\n{problem}\n")
                continue
        one = found[-1]
        after = f"{one.seeds} seeds, " if one.seeds else ""
        sys.stdout.write(
            f"{one.bug}: {one.level}, after {after}{one.seconds} s: {one.what[:120]}\n"
        )
        sys.stdout.flush()
    if given.json:
        given.json.write_text(
            json.dumps(
                {"bugs": len(BUGS), "missed": missed, "found": [one._asdict() for one in found]},
                indent=1,
            )
            + "\n",
            "utf-8",
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

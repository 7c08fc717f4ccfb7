"""The compiled lanes do what the interpreted ones do: a seed of the simulator has the same history, event by event, with the same faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = 12
HISTORIES = f"""
import json
from shared.events import envelope
from tests.crash.simulator.faults import Plan
from tests.crash.simulator.run import run

ran = [run(Plan(seed)) for seed in range({SEEDS})]
print(json.dumps({{"compiled": not envelope.__file__.endswith(".py"), "histories": [[one.trace, one.steps, one.faults, one.detail] for one in ran]}}))
"""


def histories(*options: str) -> dict:
    done = subprocess.run([sys.executable, *options, "-c", HISTORIES], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.needs("cc")
def test_a_seed_has_one_history_compiled_and_interpreted():
    compiled, interpreted = histories(), histories("-X", "interpreted")
    assert compiled["compiled"], "the lanes are not compiled as they stand: make compiled"
    assert not interpreted["compiled"]
    assert len({tuple(map(str, history)) for history in compiled["histories"]}) == SEEDS
    assert compiled["histories"] == interpreted["histories"]

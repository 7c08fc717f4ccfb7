"""The compiled lanes do what the interpreted ones do: a seed of the simulator has the same history,
event by event, with the same faults.
"""

from __future__ import annotations

import pytest

from tests.both_ways import both_ways

SEEDS = 12
HISTORIES = f"""
import json
from shared.events import envelope
from tests.reliability.simulator.faults import Plan
from tests.reliability.simulator.run import run

ran = [run(Plan(seed)) for seed in range({SEEDS})]
found = [[one.trace, one.steps, one.faults, one.detail] for one in ran]
print(json.dumps({{"compiled": not envelope.__file__.endswith(".py"), "found": found}}))
"""


@pytest.mark.needs("cc")
def test_a_seed_has_one_history_compiled_and_interpreted() -> None:
    compiled, interpreted = both_ways("-c", HISTORIES)
    assert len({tuple(map(str, history)) for history in compiled}) == SEEDS
    assert compiled == interpreted

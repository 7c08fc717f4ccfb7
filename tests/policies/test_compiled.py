"""The compiled engine says what the interpreted one says, to the byte."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def evaluations(*options: str) -> dict:
    done = subprocess.run([sys.executable, *options, "-m", "tests.policies.evaluations"], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.needs("cc")
def test_compiled_and_interpreted_evaluate_alike():
    compiled, interpreted = evaluations(), evaluations("-X", "interpreted")
    assert compiled["compiled"], "the engine is not compiled as it stands: make compiled"
    assert not interpreted["compiled"]
    assert len(compiled["evaluations"]) > 1_000
    assert compiled["evaluations"] == interpreted["evaluations"]

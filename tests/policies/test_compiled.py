"""The compiled engine says what the interpreted one says, to the byte."""

from __future__ import annotations

import pytest

from tests.both_ways import both_ways


@pytest.mark.needs("cc")
def test_compiled_and_interpreted_evaluate_alike():
    compiled, interpreted = both_ways("-m", "tests.policies.evaluations")
    assert len(compiled) > 1_000
    assert compiled == interpreted

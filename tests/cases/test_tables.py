"""The tables and the folders of inputs belong together."""

from __future__ import annotations

from tests.cases.table import inputs, table

DOORS = ("criteria", "submissions", "records", "transport")


def test_every_input_has_a_right_answer_and_every_answer_an_input():
    used = {name for door in DOORS for case in table(door) for name in case.inputs}

    assert used == inputs()

"""The golden cases of every edition show all that its criteria can do, and notice when they are
wrong in one place.
"""

from __future__ import annotations

import pytest

from services.criteria.authoring.coverage import coverage
from services.criteria.authoring.mutation import mutation
from services.criteria.engine.edition.library import packaged

EDITIONS = {f"{one.ref.policy} {one.ref.version}": one for one in packaged().editions}
QUICK = [
    "bariatric.ncd-100-1 1.1.0",
    "cpap.continuation.lcd-l33718 1.1.0",
    "cpap.initial.ncd-240-4 1.1.0",
]
"""Editions whose mutants take seconds; `priorauth policy mutate` tries them all."""


@pytest.mark.parametrize("name", EDITIONS)
def test_golden_cases_show_every_state_of_every_member(name: str):
    found = coverage.measure(EDITIONS[name])
    assert [(one.kind, one.obligation.name) for one in found.unmet] == []
    assert (found.three_state, found.mcdc) == (1, 1)


@pytest.mark.parametrize("name", QUICK)
def test_golden_cases_notice_every_mistake(name: str):
    found = mutation.run(EDITIONS[name])
    assert [one.mutant.name for one in found.survivors] == []
    assert found.killed + len(found.equivalent) == found.mutants

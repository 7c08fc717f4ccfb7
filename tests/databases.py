"""The databases that a test of a store runs on: each, or those that its marker names."""

from __future__ import annotations

import pytest

EACH = {"sqlite": (), "postgresql": (pytest.mark.needs("PRIORAUTH_TEST_POSTGRES"),)}


def on_each(metafunc: pytest.Metafunc, fixture: str, scope: str = "function") -> None:
    """Runs a test that uses the fixture once on each database, or on those that its marker
    `databases` names.
    """
    if fixture in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("databases")
        names = marker.args if marker else tuple(EACH)
        metafunc.parametrize(
            fixture,
            [pytest.param(name, marks=EACH[name]) for name in names],
            indirect=True,
            scope=scope,
        )

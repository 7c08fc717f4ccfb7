"""What the simulator's tests leave behind: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.simulator.run import restored


@pytest.fixture(autouse=True, scope="module")
def _as_before() -> Iterator[None]:
    with restored():
        yield

"""Stories run on the embedded stack here, and on containers in tests/e2e."""

from __future__ import annotations

import pytest

from tests.stacks import RunningStack


@pytest.fixture(scope="session")
def stack(embedded_stack: RunningStack) -> RunningStack:
    return embedded_stack

"""The stories of tests/stories on Kafka, PostgreSQL and our own images."""

from __future__ import annotations

import pytest

from tests.stacks import RunningStack


@pytest.fixture(scope="session")
def stack(container_stack: RunningStack) -> RunningStack:
    return container_stack

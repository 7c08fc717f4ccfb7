"""Stories run on the embedded stack here, and on containers in tests/e2e."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stacks import RunningStack, embedded


@pytest.fixture(scope="package")
def stack(
    tmp_path_factory: pytest.TempPathFactory, ran_on: dict[str, str]
) -> Iterator[RunningStack]:
    """The embedded broker and the four services as processes, on SQLite. They end with the stories:
    even when nothing happens they take half a core.
    """
    ran_on["stories"] = "the embedded broker and SQLite"
    with embedded(tmp_path_factory.mktemp("embedded") / "state") as running:
        yield running

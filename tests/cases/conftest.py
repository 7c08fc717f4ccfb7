"""A platform of its own for each case that is sent, from stores that are made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.platform import templates


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return templates(tmp_path_factory.mktemp("stores"))

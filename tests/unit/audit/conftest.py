"""A clean log, and a copy of it to do harm to."""

from pathlib import Path

import pytest

from tests.unit.audit import given
from tests.unit.audit.tampering import BATCHES, WIDTH


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return given.log(tmp_path_factory.mktemp("clean"), BATCHES, WIDTH)


@pytest.fixture
def log(clean: Path, tmp_path: Path) -> Path:
    return given.copy(clean, tmp_path / "log")

"""What a service may do with each of its tables while it runs."""

from __future__ import annotations

from importlib import import_module

import pytest

from shared.lanes.store.schema.rights import rights
from shared.lanes.store.tables import LANE_TABLES, OUTBOXES, table_of
from shared.settings import SERVICES


@pytest.fixture(autouse=True)
def models() -> None:
    for service in SERVICES:
        import_module(f"services.{service}.tables")


@pytest.mark.parametrize("table", ["entry", "subtree", "checkpoint", "evaluation", "lane_batch"])
def test_what_is_appended_to_cannot_be_changed(table: str):
    assert rights(table) == "SELECT, INSERT"


def test_only_the_outboxes_can_be_emptied():
    names = [table_of(model).name for model in LANE_TABLES]

    assert all("TRUNCATE" in rights(table.name) for table in OUTBOXES)
    assert [name for name in names if "TRUNCATE" in rights(name)] == []


def test_the_schemas_version_is_read_and_a_table_that_nobody_knows_is_left_alone():
    assert rights("alembic_version") == "SELECT"
    assert rights("somebodys") == ""

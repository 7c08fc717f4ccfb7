"""A type that was replaced is read as the one in its place; a table made for these tests shows it,
for no type has been replaced so far.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.letters.handlers import service as letters
from shared.errors import Malformed
from shared.events.catalogue import BY_TYPE
from shared.events.envelope import Envelope, headers_of, pack
from shared.events.evolution.upcasters import (
    UPCASTERS,
    Json,
    Upcaster,
    Upcasters,
    present_type,
    upcast,
)
from shared.events.intake import INTAKE, RequestCancelled
from shared.ids import case_id
from shared.lanes.batch.reader import Reader, ReadRecord
from shared.lanes.state.record import Record
from shared.settings import load
from tests.contracts.schemas.upcasting import faults
from tools.catalogue.__main__ import RELEASED

GOLDEN = Path(__file__).parents[2] / "vectors" / "upcasters"
FIRST, SECOND = "pa.intake.request-withdrawn.v1", "pa.intake.request-withdrawn.v2"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CASE = case_id(UUID(int=7), 3)
BEFORE: Json = {"submission": str(UUID(int=1)), "at": AT.isoformat()}
BETWEEN: Json = {"submission_id": str(UUID(int=1)), "at": AT.isoformat()}
AFTER: Json = {"submission_id": str(UUID(int=1)), "version": 1, "received_at": AT.isoformat()}


def named(old: Json) -> Json:
    """The submission under its new name."""
    return {"submission_id": old["submission"], "at": old["at"]}


def numbered(old: Json) -> Json:
    """With the version, which used to be the first always."""
    return {"submission_id": old["submission_id"], "version": 1, "received_at": old["at"]}


TABLE: Upcasters = {
    FIRST: Upcaster(SECOND, named),
    SECOND: Upcaster(RequestCancelled.TYPE, numbered),
}


def read(kind: str, content: Any, upcasters: Upcasters = TABLE) -> ReadRecord:
    """What a service's reader makes of an event of intake."""
    envelope = Envelope(
        UUID(int=5), kind, AT.isoformat(), CASE, "intake", {"intake": 1}, "", "cause"
    )
    headers = tuple(
        (name, text.encode() if isinstance(text, str) else text)
        for name, text in headers_of(pack(envelope))
    )
    record = Record(INTAKE, 3, 0, 0, None, headers, json.dumps(content).encode())
    reader = Reader(letters(load()), b"key", str, broker_time=True, upcasters=upcasters)
    return reader.read(record, AT)


@pytest.mark.parametrize(
    ("kind", "content"), [(FIRST, BEFORE), (SECOND, BETWEEN), (RequestCancelled.TYPE, AFTER)]
)
def test_a_reader_takes_every_type_that_was_replaced_as_the_present_one(kind: str, content: Json):
    item = read(kind, content)

    assert item.failure is None
    assert item.data == RequestCancelled(submission_id=UUID(int=1), version=1, received_at=AT)


def test_a_type_that_was_replaced_by_one_that_the_service_does_not_read_is_only_counted():
    def unasked(_: Json) -> Json:
        raise AssertionError

    table = {FIRST: Upcaster("pa.intake.submission-duplicated.v1", unasked)}
    item = read(FIRST, BEFORE, table)

    assert (item.data, item.failure) == (None, None)


@pytest.mark.parametrize("upcasters", [{}, {FIRST: Upcaster("pa.intake.never.v1", named)}])
def test_a_type_without_a_way_to_a_present_one_is_not_known(upcasters: Upcasters):
    failure = read(FIRST, BEFORE, upcasters).failure

    assert failure is not None
    assert failure.code == "unknown-type"


@pytest.mark.parametrize(
    "content",
    [{}, {"submission": 1}, [], "text", None, {**BEFORE, "submission": "\ud800"}],
    ids=str,
)
def test_what_is_not_of_the_replaced_type_is_refused_without_its_content(content: Any):
    failure = read(FIRST, content).failure

    assert isinstance(failure, Malformed)
    assert failure.code == "schema"
    assert "submission" not in str(failure)


def test_text_that_is_no_json_is_refused():
    with pytest.raises(Malformed):
        upcast(FIRST, b"{", TABLE)


def test_the_data_of_a_present_type_is_left_as_it_is():
    text = b'{ "a":1.0 }'

    assert upcast(RequestCancelled.TYPE, text, TABLE) is text
    assert present_type(FIRST, TABLE) == RequestCancelled.TYPE


def released() -> set[str]:
    """Every type of which a schema was released."""
    return {path.stem for path in RELEASED.glob("*/*.json")}


def test_every_released_type_is_present_or_has_an_upcaster_with_golden_files():
    assert faults(UPCASTERS, BY_TYPE, released(), GOLDEN) == []
    assert {path.name for path in GOLDEN.glob("*")} == set(UPCASTERS)


def written(folder: Path) -> Path:
    """The golden files of the table."""
    for kind, before, after in ((FIRST, BEFORE, BETWEEN), (SECOND, BETWEEN, AFTER)):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "before.json").write_text(json.dumps(before))
        (folder / kind / "after.json").write_text(json.dumps(after))
    return folder


def test_a_table_that_leads_from_every_released_type_to_a_present_one_has_no_faults(
    tmp_path: Path,
):
    assert faults(TABLE, BY_TYPE, {*released(), FIRST, SECOND}, written(tmp_path)) == []


def in_place(old: Json) -> Json:
    """Changes what it was given."""
    old["submission_id"] = old.pop("submission")
    return old


def unnumbered(old: Json) -> Json:
    """Leaves the version out."""
    return {name: value for name, value in numbered(old).items() if name != "version"}


FAULTS: dict[str, tuple[Upcasters, str]] = {
    "no upcaster": ({SECOND: TABLE[SECOND]}, "is gone"),
    "no golden files": (
        {**TABLE, "pa.intake.x.v1": Upcaster(SECOND, named)},
        "pa.intake.x.v1 has no golden files",
    ),
    "a way that ends": ({**TABLE, SECOND: Upcaster("pa.intake.x.v1", numbered)}, "no present type"),
    "a circle": ({**TABLE, SECOND: Upcaster(FIRST, numbered)}, "no present type"),
    "a present type": (
        {**TABLE, RequestCancelled.TYPE: Upcaster(SECOND, named)},
        "is a present type",
    ),
    "another result": ({**TABLE, FIRST: Upcaster(SECOND, dict)}, "what its golden file has"),
    "a change in place": ({**TABLE, FIRST: Upcaster(SECOND, in_place)}, "in place"),
    "a result that is not valid": (
        {**TABLE, SECOND: Upcaster(RequestCancelled.TYPE, unnumbered)},
        f"{SECOND} does not become a valid",
    ),
}


@pytest.mark.parametrize(("upcasters", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_table_is_named(upcasters: Upcasters, said: str, tmp_path: Path):
    found = faults(upcasters, BY_TYPE, {*released(), FIRST, SECOND}, written(tmp_path))

    assert any(said in one for one in found), found

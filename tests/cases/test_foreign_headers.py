"""Whatever foreign headers a record has, in whichever partition: what becomes of it is the same."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.criteria import store
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.events.reviews import REVIEWS
from shared.examples import bariatric_without_bmi
from shared.ids import PARTITIONS, record_id
from shared.lanes.batch.reader import PROVENANCE
from shared.lanes.store.connect import reading_engine
from tests.cases.platform import Platform, running

Headers = Sequence[tuple[str, bytes | None]]
UUID_TEXT = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
GOOD = json.dumps(bariatric_without_bmi()).encode()
VALUES = {"good": GOOD, "none": None, "no JSON": b"{", "large": GOOD.ljust(1_048_577)}
FOREIGN = st.lists(
    st.tuples(
        st.sampled_from(["traceparent", "content-type", "kafka_dlt-original-offset", *PROVENANCE])
        | st.text(max_size=8),
        st.none() | st.binary(max_size=20) | st.just(b"x" * 100_000) | st.just("\u00e9".encode()),
    ),
    max_size=6,
)
PARTITION = st.integers(0, PARTITIONS - 1)


def ended(stores: Path, partition: int, headers: Headers, value: bytes | None) -> list[Any]:
    """The events that a record leads to, without the ids that come from its place."""
    with (
        TemporaryDirectory() as folder,
        running(stores, Path(folder) / "platform", documents=False) as platform,
    ):
        platform.record(partition, headers, value)
        platform.settle()
        assert platform.parked() == []
        return [
            (topic, envelope.type, envelope.time, UUID_TEXT.sub(b"id", found))
            for topic in (INTAKE, CRITERIA)
            for envelope, found in platform.events(topic)
        ]


@cache
def plain(stores: Path, name: str) -> list[Any]:
    return ended(stores, 0, [], VALUES[name])


@given(st.sampled_from(sorted(VALUES)), PARTITION, FOREIGN)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_submission_ends_the_same(stores: Path, name: str, partition: int, headers: Headers):
    found = ended(stores, partition, headers, VALUES[name])
    assert found == plain(stores, name)
    assert found


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"no review", "schema"),
        (None, "schema"),
        (b'{"sequence": 1' + b"0" * 30 + b"}", "schema"),
        (b"{" * 101, "too_deep"),
        (b" " * 70_000, "too_large"),
        (b"," * 60_000, "too_complex"),
    ],
    ids=["text", "none", "number", "deep", "large", "wide"],
)
@given(PARTITION, FOREIGN)
@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_no_review_is_answered_by_its_record(
    stores: Path, value: bytes | None, code: str, partition: int, headers: Headers
):
    with (
        TemporaryDirectory() as folder,
        running(stores, Path(folder) / "platform", documents=False) as platform,
    ):
        platform.broker.append((REVIEWS, partition), None, headers, value)
        platform.settle()
        found = unreadable(platform, partition)
        assert platform.parked() == []
    assert (found.code, found.size) == (code, len(value or b""))


def unreadable(platform: Platform, partition: int) -> Any:
    engine = reading_engine(platform.settings["criteria"].database_url)
    try:
        ident = record_id(platform.broker.topic_id(REVIEWS), partition, 0)
        return store.unreadable_review(engine, ident)
    finally:
        engine.dispose()

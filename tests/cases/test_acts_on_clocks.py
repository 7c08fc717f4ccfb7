"""Acts on clocks as the services that run take them: from the desk, and from nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from benchmarks.testbed.keys import sealer_of
from services.criteria.api.desk.clock_commands import sealed_headers
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.intake import INTAKE
from shared.events.reviews import REVIEWS
from shared.examples import bariatric_without_bmi
from shared.ids import lane_of
from tests.cases.conversation import cases
from tests.cases.platform import Platform, rows, running

JSON = "application/json"


@pytest.fixture
def platform(stores: Path, tmp_path: Path) -> Iterator[Platform]:
    with running(stores, tmp_path / "platform", documents=False) as made:
        yield made


def act(case_id: UUID, **act: Any) -> ClockActSubmitted:
    """An act of a nurse."""
    return ClockActSubmitted.model_validate(
        {
            "case_id": case_id,
            "idempotency_key": "k-1",
            "by": "nurse-1",
            "role": "nurse",
            "submitted_at": "2026-01-05T10:00:00Z",
            "act": act,
        }
    )


def given(platform: Platform, act: ClockActSubmitted, *, sealed: bool, more: bytes = b"") -> None:
    """The act on the log, with the desk's seal or without, and what came of it."""
    value, lane = act.published() + more, lane_of(act.case_id)
    headers = sealed_headers(sealer_of("criteria"), lane, act, value)
    pairs = [
        (name, text.encode())
        for name, text in headers.items()
        if sealed or not name.startswith("pa_")
    ]
    platform.clock.at += timedelta(minutes=1)
    platform.broker.append((REVIEWS, lane), act.case_id.bytes, pairs, value)
    platform.settle()


def opened(platform: Platform) -> UUID:
    """A case that waits for information."""
    content = json.dumps(bariatric_without_bmi()).encode()
    platform.send("/v1/submissions?wait=0.2", content, JSON)
    return cases(platform)[0]


def of(platform: Platform, service: str, sql: str) -> list[tuple[Any, ...]]:
    return rows(platform.settings[service].database_url, sql)


def test_an_act_that_the_desk_did_not_write_moves_nothing(platform: Platform):
    case = opened(platform)
    before = len(platform.events(INTAKE))
    asked_at = "2026-01-05T10:00:00Z"
    given(platform, act(case, act="expedite", asked_by="member", asked_at=asked_at), sealed=False)

    assert platform.parked() == ["intake: unsealed"]
    assert len(platform.events(INTAKE)) == before
    assert of(platform, "criteria", "SELECT code FROM unreadable_review") == []


def test_an_act_that_cannot_be_read_is_answered_by_its_record(platform: Platform):
    came = act(opened(platform), act="information_received", received_at="2026-01-05T10:00:00Z")
    given(platform, came, sealed=True, more=b"x")

    assert of(platform, "intake", "SELECT outcome FROM clock_act") == [("schema",)]
    assert of(platform, "criteria", "SELECT code FROM unreadable_review") == []
    assert platform.parked() == []


def test_a_clock_has_its_row_which_runs_until_its_duty_is_done(platform: Platform):
    case = opened(platform)
    asked = "SELECT number, kind, is_running FROM clock"
    assert of(platform, "intake", asked)[0] == (1, "determination", 1)
    (first, *_) = platform.get("intake", "/v1/clocks?within_hours=8000").json()
    assert (first["case_id"], first["to_due_seconds"] > 0) == (str(case), True)
    body = bariatric_without_bmi() | {"amends": str(case)}
    body["lines"] = [{**line, "cancelled": True} for line in body["lines"]]
    platform.send("/v1/submissions?wait=0.2", json.dumps(body).encode(), JSON)

    assert not any(row[2] for row in of(platform, "intake", asked))
    assert platform.get("intake", "/v1/clocks").json() == []

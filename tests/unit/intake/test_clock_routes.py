"""Clocks and acts on them as intake's HTTP and metrics tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from services.intake.api.case_clocks import CaseClock
from services.intake.api.clocks import clocks
from services.intake.api.figures import ClockFigures
from services.intake.api.views import case_view
from services.intake.decide.answers import with_rows
from services.intake.tables import INTAKE_TABLES, ClockActRow, ClockRow
from shared.clock import SettableClock
from shared.events.clocks.acts import (
    ActDeclineCode,
    ClockActDeclined,
    ClockActRecorded,
)
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, TimerDue
from shared.lanes.store.tables import table_of
from shared.web.problems import Problem
from tests.unit.asking import Http
from tests.unit.intake.acting import submitted_act
from tests.unit.intake.given import RECEIVED_AT as AT
from tests.unit.intake.given import case_of, opened, told, when

CASE = UUID(int=1)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    SQLModel.metadata.create_all(made, tables=[table_of(table) for table in INTAKE_TABLES])
    yield made
    made.dispose()


def row(n: int, hours: float, **changed: Any) -> ClockRow:
    values = {
        "case_id": UUID(int=n),
        "number": 1,
        "kind": "determination",
        "rule": "r",
        "citation": "c",
        "urgency": "standard",
        "started_at": micros(AT),
        "target_at": micros(AT + timedelta(hours=hours)),
        "due_at": micros(AT + timedelta(hours=hours + 9)),
        "breached": False,
        "stopped_at": None,
        "in_time": None,
        "is_running": True,
    }
    return ClockRow(**{**values, **changed})


def stored(engine: Engine, *rows: SQLModel) -> None:
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()


def get(engine: Engine, path: str) -> Any:
    return Http(clocks(engine, SettableClock(AT))).get(path)


def test_the_clocks_that_run_are_listed_by_target_and_by_nothing_else(engine: Engine):
    late = row(3, -10, breached=True, urgency="expedited")
    done = row(4, 1, is_running=False, stopped_at=micros(AT), in_time=True)
    stored(engine, row(1, 30), row(2, 2), late, done)

    found = get(engine, "/v1/clocks").json()
    assert [UUID(one["case_id"]).int for one in found] == [3, 2, 1]
    assert [(one["to_target_seconds"], one["to_due_seconds"]) for one in found[:2]] == [
        (-36_000, -3_600),
        (7_200, 39_600),
    ]
    assert [one["breached"] for one in found] == [True, False, False]
    near = get(engine, "/v1/clocks?within_hours=24").json()
    assert [UUID(one["case_id"]).int for one in near] == [3, 2]
    assert len(get(engine, "/v1/clocks?limit=1").json()) == 1


def test_what_came_of_an_act_is_told_and_what_was_not_read_is_not_there(engine: Engine):
    acted = ClockActRow(
        case_id=CASE,
        idempotency_key="k",
        acted_by="nurse-1",
        outcome="extended_before",
        detail="It was extended before.",
        taken_at=0,
    )
    stored(engine, acted)

    found = get(engine, f"/v1/cases/{CASE}/clock-acts/k").json()
    assert (found["outcome"], found["detail"]) == ("extended_before", "It was extended before.")
    assert "nurse-1" not in str(found)
    with pytest.raises(Problem, match="not read yet"):
        get(engine, f"/v1/cases/{CASE}/clock-acts/other")


def test_an_answer_to_an_act_has_its_row():
    act = submitted_act("information_received", at=AT, key="a", received_at=AT)
    recorded = ClockActRecorded(idempotency_key="a", by="n", role="nurse", act=act.act)
    declined = ClockActDeclined(
        idempotency_key="a", by="n", code=ActDeclineCode.NOTHING_ASKED, detail="Nothing was asked."
    )
    state = opened()
    for event, code, detail in (
        (recorded, "recorded", ""),
        (declined, "nothing_asked", "Nothing was asked."),
    ):
        found = with_rows(state, Outcome(state, events=(Emit(event),)), told(act), AT).rows
        names = [one.values["idempotency_key"] for one in found]
        assert names == [f"a#{act.digest}", "a"]
        assert {(one.values["outcome"], one.values["detail"]) for one in found} == {(code, detail)}


def test_whoever_comes_second_under_a_key_reads_their_own_answer(engine: Engine):
    mine = submitted_act("information_received", at=AT, key="k", received_at=AT)
    theirs = mine.model_copy(update={"by": "nurse-2"})
    first = when(opened(), told(mine))
    for state, act, outcome in (
        (opened(), mine, first),
        (case_of(first), theirs, when(case_of(first), told(theirs))),
    ):
        rows = with_rows(state, outcome, told(act), AT).rows
        stored(engine, *(ClockActRow(**one.values) for one in rows if one.table == "clock_act"))
    case_id = told(mine).case_id
    place = f"/v1/cases/{case_id}/clock-acts/k"

    assert get(engine, f"{place}?act={mine.digest}").json()["outcome"] == "nothing_asked"
    assert get(engine, f"{place}?act={theirs.digest}").json()["outcome"] == "key_used"
    assert get(engine, place).json()["outcome"] == "nothing_asked"
    assert get(engine, place).json()["idempotency_key"] == "k"
    with pytest.raises(Problem, match="not read yet"):
        get(engine, f"{place}?act={'0' * 32}")


def test_a_clock_is_written_where_it_changed_and_nowhere_else():
    state = opened()
    first = with_rows(None, Outcome(state), told(TimerDue("x", AT)), AT).rows
    assert [one.table for one in first] == ["clock"] * len(state.clocks)
    assert with_rows(state, Outcome(state), told(TimerDue("x", AT)), AT).rows == ()
    assert with_rows(None, Outcome(None), told(TimerDue("x", AT)), AT).rows == ()


def test_the_case_shows_each_clock():
    state = opened()
    view = case_view(CASE, state)

    assert len(view.clocks) == len(state.clocks)
    assert view.clock == CaseClock.model_validate(state.clock)
    assert (view.clock.target_at, view.clock.due_at) == (state.clock.target_at, state.clock.due_at)


def test_clocks_are_counted_by_rule_and_not_every_time(engine: Engine):
    stored(
        engine,
        row(1, 30),
        row(2, -20, breached=True),
        row(3, 1, rule="s", is_running=False, stopped_at=1, in_time=True),
        row(4, 1, rule="s", is_running=False, stopped_at=1, in_time=False, breached=True),
    )
    figures = ClockFigures(engine, SettableClock(AT))
    lines = figures().splitlines()

    for name, of_r, of_s in (
        ("running", 2, 0),
        ("overdue", 1, 0),
        ("breached", 1, 1),
        ("met_in_time", 0, 1),
        ("met_late", 0, 1),
    ):
        for rule, count in (("r", of_r), ("s", of_s)):
            assert f'priorauth_clocks_{name}{{service="intake",rule="{rule}"}} {count}' in lines
    stored(engine, row(5, 30))
    assert figures().splitlines() == lines


@pytest.mark.parametrize("key", ["%00", "a%0Ab", "%C3%A9", "k" * 201])
def test_a_key_that_no_act_can_have_is_refused_before_the_database(key: str):
    unasked: Any = None

    assert get(unasked, f"/v1/cases/{CASE}/clock-acts/{key}").status_code == 422

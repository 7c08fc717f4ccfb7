"""What `/metrics` says: each figure under its own name."""

from __future__ import annotations

import re

from shared.lanes.engine.health import Health
from shared.observe.metrics import CLOCKS, FAILING, METRICS, exposition

FIGURES = {
    "priorauth_lanes_owned": 3,
    "priorauth_lanes_refused": 2,
    "priorauth_records_worked_total": 101,
    "priorauth_events_published_total": 102,
    "priorauth_records_parked_total": 103,
    "priorauth_refusals_without_clinician_total": 106,
    "priorauth_records_unsealed_total": 107,
    "priorauth_evaluations_failed_total": 105,
    "priorauth_batches_total": 104,
    "priorauth_waiting_for_infrastructure": 1,
}


def test_every_metric_shows_its_own_figure():
    health = Health(
        lanes=3,
        refused={4: "why", 5: "why"},
        worked=101,
        published=102,
        parked=103,
        unfounded=106,
        unsealed=107,
        evaluations_failed=105,
        batches=104,
        unavailable="the broker is away",
    )

    samples = re.findall(
        r"^(\w+)\{service=\"audit\"\} (\d+)$", exposition("audit", health), re.MULTILINE
    )

    assert {name: int(value) for name, value in samples} == FIGURES


def test_failing_tasks_are_counted_by_kind_and_none_is_a_figure_too():
    said = exposition("letters", Health(failing={"render": 3, "mail": 0}))

    assert re.findall(r"^priorauth_tasks_failing.*$", said, re.MULTILINE) == [
        'priorauth_tasks_failing{service="letters",kind="mail"} 0',
        'priorauth_tasks_failing{service="letters",kind="render"} 3',
    ]
    assert "# TYPE priorauth_tasks_failing gauge\n" in said


def test_a_metric_is_named_by_what_it_counts_and_only_counters_end_in_total():
    for name, kind, text in (*METRICS, FAILING, *CLOCKS):
        assert re.fullmatch(r"priorauth_[a-z_]+", name)
        assert (kind == "counter") == name.endswith("_total")
        assert text.endswith(".")

"""What `/metrics` says: each figure under its own name."""

from __future__ import annotations

import re

from shared.lanes.engine.health import Health
from shared.observe.metrics import METRICS, exposition

FIGURES = {
    "priorauth_lanes_owned": 3,
    "priorauth_lanes_refused": 2,
    "priorauth_records_worked_total": 101,
    "priorauth_events_published_total": 102,
    "priorauth_records_parked_total": 103,
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
        batches=104,
        unavailable="the broker is away",
    )

    samples = re.findall(
        r"^(\w+)\{service=\"audit\"\} (\d+)$", exposition("audit", health), re.MULTILINE
    )

    assert {name: int(value) for name, value in samples} == FIGURES


def test_a_metric_is_named_by_what_it_counts_and_only_counters_end_in_total():
    for name, kind, text in METRICS:
        assert re.fullmatch(r"priorauth_[a-z_]+", name)
        assert (kind == "counter") == name.endswith("_total")
        assert text.endswith(".")

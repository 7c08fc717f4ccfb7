"""Every metric by name, with its help text; labels are the service's name, of tasks their kind,
which the code names, and of clocks their rule, which the rule table names.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.lanes.engine.health import Health

METRICS: tuple[tuple[str, str, str], ...] = (
    ("priorauth_lanes_owned", "gauge", "Lanes that this process owns and works."),
    (
        "priorauth_lanes_refused",
        "gauge",
        "Lanes that this process was given and refuses to work; see the log for why.",
    ),
    ("priorauth_records_worked_total", "counter", "Records worked since the start."),
    (
        "priorauth_events_published_total",
        "counter",
        "Events that Kafka acknowledged since the start.",
    ),
    ("priorauth_records_parked_total", "counter", "Records parked since the start."),
    (
        "priorauth_refusals_without_clinician_total",
        "counter",
        "Records parked since the start that would refuse without a clinician; see the log.",
    ),
    (
        "priorauth_records_unsealed_total",
        "counter",
        "Records without the seal of their topic's producer since the start; none has an effect.",
    ),
    (
        "priorauth_evaluations_failed_total",
        "counter",
        "Evaluations that raised an exception since the start; see the log for where.",
    ),
    ("priorauth_batches_total", "counter", "Transactions committed since the start."),
    (
        "priorauth_waiting_for_infrastructure",
        "gauge",
        "1 while the broker or the database does not answer.",
    ),
)
FAILING = (
    "priorauth_tasks_failing",
    "gauge",
    "Tasks that keep failing, by kind; they are tried again until they succeed.",
)

CLOCKS: tuple[tuple[str, str, str], ...] = (
    ("priorauth_clocks_running", "gauge", "Clocks that run, by rule."),
    ("priorauth_clocks_overdue", "gauge", "Clocks that run past their due time, by rule."),
    ("priorauth_clocks_breached", "gauge", "Clocks that were missed, by rule."),
    ("priorauth_clocks_met_in_time", "gauge", "Clocks whose duty was done in time, by rule."),
    ("priorauth_clocks_met_late", "gauge", "Clocks whose duty was done too late, by rule."),
)
"""Of all clocks in the store, so that every replica tells the same: take the highest, not the
sum.
"""


def clock_exposition(service: str, counted: Iterable[tuple[str, tuple[int, ...]]]) -> str:
    """The clocks by rule in Prometheus' text format; `counted` has a rule and its figures, in the
    order of `CLOCKS`.
    """
    rules = sorted(counted)
    lines: list[str] = []
    for at, metric in enumerate(CLOCKS):
        lines += _heading(metric)
        lines += [
            f'{metric[0]}{{service="{service}",rule="{rule}"}} {figures[at]}'
            for rule, figures in rules
        ]
    return "\n".join(lines) + "\n"


def exposition(service: str, health: Health) -> str:
    """The metrics of a service in Prometheus' text format."""
    values = (
        health.lanes,
        len(health.refused),
        health.worked,
        health.published,
        health.parked,
        health.unfounded,
        health.unsealed,
        health.evaluations_failed,
        health.batches,
        int(bool(health.unavailable)),
    )
    lines: list[str] = []
    for metric, value in zip(METRICS, values, strict=True):
        lines += [*_heading(metric), f'{metric[0]}{{service="{service}"}} {value}']
    lines += _heading(FAILING)
    lines += [
        f'{FAILING[0]}{{service="{service}",kind="{kind}"}} {count}'
        for kind, count in sorted(health.failing.items())
    ]
    return "\n".join(lines) + "\n"


def _heading(metric: tuple[str, str, str]) -> list[str]:
    name, kind, text = metric
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]

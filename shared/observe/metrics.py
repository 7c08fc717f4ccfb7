"""Every metric by name, with its help text; labels are the service's name and, of tasks, their
kind, which the code names.
"""

from __future__ import annotations

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

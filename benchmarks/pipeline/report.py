"""The figures of a run as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

Figures = dict[str, Any]
CONTESTANTS = ("baseline", "ours", "ceiling")


def show(console: Console, figures: Figures) -> None:
    """Prints everything that the JSON has, for people."""
    machine = figures["machine"]
    console.print(
        (
            f"{machine['cores']} cores, {machine['model']}, {machine['memory_gib']} GiB; "
            f"{figures['broker']}; {figures['database']}"
        ),
        highlight=False,
    )
    console.print(_pace(figures))
    console.print(_cost(figures))
    ratios = [
        f"{figures[name]:.2f} {words}"
        for name, words in (
            ("ratio_to_baseline", "times the baseline"),
            ("ratio_to_ceiling", "of the ceiling"),
        )
        if figures.get(name)
    ]
    console.print(f"ours: {', '.join(ratios) or 'alone'}")
    late = figures.get("latency_ms")
    if late:
        console.print(
            f"submission to determination at {late['rate']}/s: p50 {late['p50']} ms, p99 "
            f"{late['p99']} ms, longest {late['max']} ms ({late['cases']} cases, "
            f"{late['missing']} missing, {late['cores']} cores busy)"
        )
    for name, words in (
        ("hops_events_per_s", "second"),
        ("hops_events_per_cpu_s", "CPU second of its loop"),
    ):
        if hops := figures.get("ceiling", {}).get(name):
            console.print(
                f"events that a hop of the ceiling reads alone in a {words}: "
                + ", ".join(f"{hop} {pace:,}" for hop, pace in hops.items()),
                highlight=False,
            )


def _pace(figures: Figures) -> Table:
    table = Table("", "cases", "seconds", "cases/s", title="submission to letters in the audit log")
    for name in CONTESTANTS:
        if one := figures.get(name):
            table.add_row(name, str(one["cases"]), str(one["seconds"]), str(one["cases_per_s"]))
    return table


def _cost(figures: Figures) -> Table:
    shown = [name for name in CONTESTANTS if name in figures]
    processes = list(
        dict.fromkeys(
            process for name in shown for process in figures["cpu_s_per_1000_cases"][name]
        )
    )
    table = Table("", *processes, "all", title="CPU seconds per thousand cases")
    for name in shown:
        spent = figures["cpu_s_per_1000_cases"][name]
        table.add_row(
            name,
            *(str(spent.get(process, "?")) for process in processes),
            str(round(sum(spent.values()), 1)),
        )
    return table

"""Follows cases through the services by their timelines in the audit log: received, evaluated,
determined, letters issued and rendered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from shared.events.criteria import CaseDetermined, CriteriaEvaluated
from shared.events.intake import RequestAmended, RequestReceived
from shared.events.letters import LetterIssued, LetterRendered

STAGES = ("received", "evaluated", "determined", "issued", "rendered")
Json = dict[str, Any]


@dataclass
class Watched:
    """A submission on its way: its case, and how many events of each stage its version has."""

    name: str
    way: str
    case_id: str
    amends: bool
    counts: dict[str, int]

    @property
    def done(self) -> bool:
        """Whether every letter of its determination is rendered."""
        return (
            bool(self.counts["determined"] and self.counts["issued"])
            and self.counts["rendered"] >= self.counts["issued"]
        )

    def read(self, timeline: list[Json]) -> None:
        """Counts the events of this submission's version of the case."""
        types = [event["type"] for event in timeline]
        at = types.index(RequestAmended.TYPE) if RequestAmended.TYPE in types else len(types)
        own = types[at:] if self.amends else types[:at]
        first = RequestAmended if self.amends else RequestReceived
        kinds = (first, CriteriaEvaluated, CaseDetermined, LetterIssued, LetterRendered)
        self.counts = {
            stage: own.count(kind.TYPE) for stage, kind in zip(STAGES, kinds, strict=True)
        }


def watched(name: str, way: str, case_id: str, *, amends: bool) -> Watched:
    """A submission of which nothing was seen yet."""
    return Watched(name, way, case_id, amends, dict.fromkeys(STAGES, 0))


def progress_table(rows: Iterable[Watched]) -> Table:
    """How far each submission is."""
    table = Table(
        "submission",
        "by",
        "received",
        "evaluated",
        "determined",
        "letters",
        "rendered",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for row in rows:
        marks = ["[green]yes[/]" if row.counts[stage] else "[dim]...[/]" for stage in STAGES[:3]]
        letters = [
            f"[green]{row.counts[stage]}[/]" if row.counts[stage] else "[dim]...[/]"
            for stage in STAGES[3:]
        ]
        table.add_row(row.name, row.way, *marks, *letters)
    return table

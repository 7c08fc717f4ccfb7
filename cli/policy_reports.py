"""The reports of the policy tools on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from cli.display import table_of

Json = dict[str, Any]
FULL = 1.0
AT_MOST = 60
"""How many findings of a policy a terminal shows; `--json` has all."""


def coverage_picture(report: Json) -> Group:
    """Coverage as a table, and below it what no golden case shows."""
    columns = ("policy", "version", "leaves", "obligations", "three-state", "MC/DC", "excused")
    rows = [
        (one["policy"], one["version"], one["leaves"], one["obligations"], _percent(one["three_state"]), _percent(one["mcdc"]), len(one["excused"]))
        for one in report["policies"]
    ]
    return Group(table_of(columns, rows), *(part for one in report["policies"] for part in _unmet(one)))


def _unmet(one: Json) -> Iterator[RenderableType]:
    lines = [(f"{gap['kind'].replace('_', '-')}  {gap['obligation']}", gap["suggestion"]) for gap in one["unmet"]]
    yield from findings(one["policy"], "not shown by any golden case", lines)


def mutation_picture(report: Json) -> Group:
    """Mutants as a table, and below it the survivors."""
    columns = ("policy", "version", "mutants", "killed", "equivalent", "survivors")
    rows = [(one["policy"], one["version"], one["mutants"], one["killed"], one["equivalent"], len(one["survivors"])) for one in report["policies"]]
    return Group(table_of(columns, rows), *(part for one in report["policies"] for part in _survivors(one)))


def _survivors(one: Json) -> Iterator[RenderableType]:
    lines = [(f"{mutant['kind']}  {mutant['mutant']}", mutant["suggestion"]) for mutant in one["survivors"]]
    yield from findings(one["policy"], "no golden case notices", lines)


def findings(policy: str, what: str, lines: Iterable[tuple[str, str | None]]) -> Iterator[RenderableType]:
    """A headed list of findings, each with what to do about it."""
    found = list(lines)
    if not found:
        return
    yield Text.from_markup(f"\n[bold]{escape(policy)}[/]: {len(found)} {what}")
    for line, remedy in found[:AT_MOST]:
        yield Text.from_markup(f"  [yellow]{escape(line)}[/]")
        if remedy:
            yield Text.from_markup(f"    [dim]add a case:[/] {escape(remedy)}")
    if len(found) > AT_MOST:
        yield Text.from_markup(f"  [dim]and {len(found) - AT_MOST} more; --json has all[/]")


def _percent(share: float) -> str:
    return "100 %" if share >= FULL else f"{share * 100:.1f} %"

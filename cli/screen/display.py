"""What the commands print: cases, criteria, timelines and problems, for people; `--json` prints the
same for programs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.screen.safe import escaped, marked, safe
from cli.screen.trees import tree_of

Json = dict[str, Any]
WORDS = {
    "A1": "approved",
    "A2": "partly approved",
    "A3": "not certified",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
    "NA": "no action required",
    None: "open",
}
STYLES = {"A1": "green", "A4": "yellow", "NA": "green", None: "dim"}
WIDTH = 120
out = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDTH)
err = Console(stderr=True, highlight=False, emoji=False)


def print_json(content: Any) -> None:
    """One JSON document on standard output."""
    out.file.write(escaped(json.dumps(content, indent=1, ensure_ascii=False)) + "\n")


def show(content: Any, *, as_json: bool, picture: Callable[[Any], RenderableType]) -> None:
    """Prints content as JSON, or as the picture made of it."""
    if as_json:
        print_json(content)
    else:
        out.print(picture(content))


def determination_of(code: str | None) -> str:
    """An X12 determination code with its meaning, for instance `A1 approved`."""
    return f"{code or '-'} {WORDS.get(code, '')}".strip()


def case_panel(summary: Json) -> Panel:
    """A case as `cases.summary` gathers it."""
    parts = [part for make in PARTS for part in make(summary)]
    return Panel(
        Group(*parts),
        title=f"[bold]{safe(summary['name'])}[/]",
        subtitle=f"case {safe(summary['case_id'])}",
        title_align="left",
        subtitle_align="left",
    )


def _clock(summary: Json) -> Iterator[RenderableType]:
    yield marked(
        f"urgency [bold]{safe(summary['urgency'])}[/], due {_minute(summary['due_at'])} "
        f"UTC by rule {safe(summary['rule'])}"
    )


def _emergency(summary: Json) -> Iterator[RenderableType]:
    """The number of a declared emergency."""
    if number := summary.get("notification_number"):
        yield marked(
            f"declared emergency, notification number [bold]{safe(number)}[/]: emergency care "
            "needs no approval; this is no decision on later care"
        )


def _triage(summary: Json) -> Iterator[RenderableType]:
    """What the request may be an emergency by."""
    if triage := summary.get("triage"):
        yield triage_picture(triage)


def triage_picture(triage: Json) -> RenderableType:
    """What triage found: the rule, by when a clinician looks, and the signs with where they
    stand.
    """
    called = ", and calls" if triage["call_within_minutes"] is not None else ""
    edition = triage["edition"]
    rows = [
        marked(
            f"[red]triage[/] tier {triage['tier']} [bold]{safe(triage['rule'])}[/] "
            f"{safe(triage['label'])}: a clinician looks within {triage['within_minutes']} "
            f"minutes{called} [dim]({safe(edition['policy'])} {safe(edition['version'])})[/]"
        )
    ]
    rows += [
        marked(
            f"  {safe(one['label'])} [dim]{safe(one['state'])}: {safe(', '.join(one['paths']))} "
            f"of {safe(', '.join(one['subjects']))}[/]"
        )
        for one in triage["signs"]
    ]
    return Group(*rows)


def _likeness(summary: Json) -> Iterator[RenderableType]:
    """That the case may be an appeal, and of which."""
    if summary.get("resembles"):
        refused = summary["refused_before"]
        yield marked(
            f"like a request that was refused{f' on {_minute(refused)} UTC' if refused else ''} "
            f"(case {safe(summary['resembles'])}); a person decides whether it is an appeal"
        )


def _minute(instant: str) -> str:
    """An ISO instant to the second, for reading."""
    return safe(instant[:19].replace("T", " "))


def _lines(summary: Json) -> Iterator[RenderableType]:
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in summary["lines"]:
        code = line["determination"]
        style = STYLES.get(code, "red")
        number = line["authorization_number"]
        table.add_row(
            f"line {line['sequence']}",
            safe(line["segment"] or ""),
            f"[{style}]{determination_of(code)}[/]",
            f"authorization {safe(number)}" if number else f"[dim]{safe(line['reason'] or '')}[/]",
        )
        for grant in line["former_authorizations"]:
            table.add_row("", "", "", _former(grant))
    yield table


def _former(grant: Json) -> str:
    """An authorization that the line's present determination leaves as it is."""
    return (
        f"authorization {safe(grant['number'])} stays valid until {safe(grant['valid_to'])} "
        f"for the former content, unless it is withdrawn"
    )


def _notes(summary: Json) -> Iterator[RenderableType]:
    for kind, style in (("advisories", "cyan"), ("questions", "magenta")):
        for one in summary[kind]:
            yield marked(
                f"[{style}]{kind[:-1] if kind == 'questions' else 'advisory'}[/] "
                f"[bold]{safe(one['id'])}[/]  {safe(one['text'])}"
            )
    yield from other_ways(summary["other_ways"])


def other_ways(ways: Iterable[Json]) -> Iterator[RenderableType]:
    """What would settle a line as well, instead of which questions."""
    for way in ways:
        asked = ", ".join(f"[bold]{safe(one['id'])}[/]" for one in way["questions"])
        yield marked(
            f"[magenta]or[/] {asked} [dim]instead of {safe(', '.join(way['instead_of']))}, "
            f"for line {way['line']}[/]"
        )


def _scores(summary: Json) -> Iterator[RenderableType]:
    for one in summary["scores"]:
        settled = f", settled by {', '.join(one['settled_by'])}" if one["settled_by"] else ""
        yield marked(
            f"[blue]score[/] {safe(one['score'])} {safe(one['subject'])}: {one['low']} to "
            f"{one['high']}[dim]{safe(settled)}[/]"
        )
    for one in summary["citations"]:
        applies = {True: "applies", False: "does not apply", None: "cannot be told to apply"}[
            one["applies"]
        ]
        yield marked(
            f"[blue]citation[/] {safe(one['id'])} {applies} to line {one['line']}: "
            f"[dim]{safe(one['why'])}[/]"
        )


def _letters(summary: Json) -> Iterator[RenderableType]:
    for one in summary["letters"]:
        yield marked(
            f"letter to the {safe(one['audience'])} ({safe(one['language'])}): "
            f"{safe(one['path'] or 'being rendered')}"
        )


PARTS = (_clock, _emergency, _likeness, _lines, _triage, _notes, _scores, _letters)


def evaluation_trees(evaluation: Json) -> Group:
    """The criteria tree of every line of an evaluation."""
    return Group(*(tree_of(line) for line in evaluation["lines"]))


def table_of(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """A plain table; a cell that is styled already stays as it is, and a case's id is never cut:
    people copy it.
    """
    columns = tuple(columns)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column, name in zip(table.columns, columns, strict=True):
        column.no_wrap = name == "case"
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else safe(str(cell)) for cell in row))
    return table

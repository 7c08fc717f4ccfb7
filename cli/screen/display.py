"""What the commands print: cases, criteria, timelines and problems, for people; `--json` prints the
same for programs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.screen.trees import tree_of

Json = dict[str, Any]
WORDS = {
    "A1": "approved",
    "A2": "partly approved",
    "A3": "not certified",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
    None: "open",
}
STYLES = {"A1": "green", "A4": "yellow", None: "dim"}
WIDTH = 120
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
err = Console(stderr=True, highlight=False)


def print_json(content: Any) -> None:
    """One JSON document on standard output."""
    out.file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


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
        title=f"[bold]{escape(summary['name'])}[/]",
        subtitle=f"case {summary['case_id']}",
        title_align="left",
        subtitle_align="left",
    )


def _clock(summary: Json) -> Iterator[RenderableType]:
    yield Text.from_markup(
        f"urgency [bold]{summary['urgency']}[/], due {summary['due_at'][:19].replace('T', ' ')} "
        f"UTC by rule {escape(summary['rule'])}"
    )


def _lines(summary: Json) -> Iterator[RenderableType]:
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in summary["lines"]:
        code = line["determination"]
        style = STYLES.get(code, "red")
        number = line["authorization_number"]
        table.add_row(
            f"line {line['sequence']}",
            line["segment"] or "",
            f"[{style}]{determination_of(code)}[/]",
            f"authorization {number}" if number else f"[dim]{escape(line['reason'] or '')}[/]",
        )
    yield table


def _notes(summary: Json) -> Iterator[RenderableType]:
    for kind, style in (("advisories", "cyan"), ("questions", "magenta")):
        for one in summary[kind]:
            yield Text.from_markup(
                f"[{style}]{kind[:-1] if kind == 'questions' else 'advisory'}[/] "
                f"[bold]{escape(one['id'])}[/]  {escape(one['text'])}"
            )


def _scores(summary: Json) -> Iterator[RenderableType]:
    for one in summary["scores"]:
        settled = f", settled by {', '.join(one['settled_by'])}" if one["settled_by"] else ""
        yield Text.from_markup(
            f"[blue]score[/] {one['score']} {one['subject']}: {one['low']} to "
            f"{one['high']}[dim]{escape(settled)}[/]"
        )
    for one in summary["citations"]:
        applies = {True: "applies", False: "does not apply", None: "cannot be told to apply"}[
            one["applies"]
        ]
        yield Text.from_markup(
            f"[blue]citation[/] {escape(one['id'])} {applies} to line {one['line']}: "
            f"[dim]{escape(one['why'])}[/]"
        )


def _letters(summary: Json) -> Iterator[RenderableType]:
    for one in summary["letters"]:
        yield Text.from_markup(
            f"letter to the {one['audience']} ({one['language']}): "
            f"{escape(one['path'] or 'being rendered')}"
        )


PARTS = (_clock, _lines, _notes, _scores, _letters)


def evaluation_trees(evaluation: Json) -> Group:
    """The criteria tree of every line of an evaluation."""
    return Group(*(tree_of(line) for line in evaluation["lines"]))


def table_of(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """A plain table."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    return table

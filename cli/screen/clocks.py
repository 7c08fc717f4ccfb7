"""Clocks on a terminal: what is owed by when, how much time there is, and what has met it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from cli.screen.display import table_of
from cli.screen.safe import marked, safe

Json = dict[str, Any]
SOON = 4 * 3_600
"""Seconds: what is left is yellow from here on."""
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))
LAW = {
    "adverse_appealable": "counts as refused, can be appealed",
    "approved_by_law": "counts as approved",
    "exhausted": "the plan's own appeals count as exhausted",
}
"""What the law makes of a determination that did not come in time."""


def span(seconds: int) -> str:
    """A length of time in its two largest units, for instance `1 d 4 h`."""
    parts, rest = list[str](), abs(seconds)
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "less than 1 min"


def left(seconds: int) -> RenderableType:
    """How much time there is to an instant, or for how long it is over."""
    if seconds < 0:
        return marked(f"[red]over by {span(seconds)}[/]")
    return marked(f"[{'yellow' if seconds < SOON else 'green'}]{span(seconds)}[/]")


def clocks_picture(running: list[Json]) -> RenderableType:
    """The clocks that run, in the order given."""
    if not running:
        return "No clock runs out in that time."
    rows = [
        (
            left(one["to_target_seconds"]),
            left(one["to_due_seconds"]),
            one["kind"],
            one["case_id"],
            one["rule"],
            "missed" if one["breached"] else "",
        )
        for one in running
    ]
    return table_of(("target in", "by law in", "duty", "case", "rule", ""), rows)


def case_clocks(clocks: list[Json]) -> Iterator[RenderableType]:
    """Each clock of a case."""
    for one in clocks:
        yield marked(
            f"clock [bold]{safe(one['kind'])}[/] {_standing(one)}: target "
            f"{safe(_minute(one['target_at']))}, by law {safe(_minute(one['due_at']))} UTC, rule "
            f"{safe(one['rule'])} [dim]({safe(one['citation'])})[/]"
        )
        for words, names in (("bind too", "runners_up"), ("not said", "unknown")):
            if found := one[names]:
                yield marked(f"  [dim]{words}: {safe(', '.join(found))}[/]")


def _standing(one: Json) -> str:
    """Whether it runs, was moved, met or missed, with what met it."""
    moved = "".join(f", {word}" for word in ("extended", "tolled") if one[word])
    if one["stopped_at"]:
        by = ", ".join(f"{fact['fact']} {_minute(fact['at'])}" for fact in one["met_by"])
        style, when = ("green", "in time") if one["in_time"] else ("red", "too late")
        return f"[{style}]met {when}[/]{moved}" + (f" by {safe(by)}" if by else "")
    if not one["breached"]:
        return f"runs{moved}"
    by_law = LAW.get(one["on_expiry"], "") if one["expired"] else ""
    return f"[red]missed[/]{moved}" + (f", {by_law}" if by_law else "")


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")

"""What nobody knows of a request and who needs it, and what the payer's own records filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from cli.screen.safe import marked, safe

Json = dict[str, Any]
NEEDS = {
    "clock_rule": "a clock's rule",
    "letter": "a letter",
    "call": "a call back",
    "report": "a report",
}


def missing_picture(missing: list[Json], completions: list[Json]) -> RenderableType:
    """One line for each combination of needs, and one for each field that is not as it was sent."""
    return Group(*_missing(missing), *_completions(completions))


def _missing(missing: list[Json]) -> Iterator[RenderableType]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in missing:
        groups.setdefault(tuple(one["needed_by"]), []).append(one["field"])
    for needs, fields in groups.items():
        named = ", ".join(NEEDS.get(need, need) for need in needs)
        yield marked(f"{safe(', '.join(fields))} [dim]for {safe(named)}[/]")


def _completions(completions: list[Json]) -> Iterator[RenderableType]:
    for one in completions:
        how = "contradicted by" if one["contradicted"] else "from"
        yield marked(f"[cyan]{safe(one['field'])}[/] {how} {safe(one['source'])}")

"""What an amended request changed, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from cli.screen.safe import marked, safe
from cli.screen.trees import MARKS, value_of

Json = dict[str, Any]


def changes_picture(changes: Json) -> Group:
    """The `changes` of a published evaluation: facts, lines, nodes with their reason, and what is
    still open.
    """
    return Group(*_facts(changes), *_lines(changes), *_nodes(changes), *_questions(changes))


def _facts(changes: Json) -> Iterator[RenderableType]:
    for one in changes.get("facts", ()):
        about = f" of {one['subject']}" if one["subject"] not in {"member", "line"} else ""
        values = [
            ", ".join(value_of(each.get("value")) for each in one.get(side, ()))
            for side in ("before", "after")
        ]
        transition = " → ".join(value for value in values if value)
        yield marked(
            f"[cyan]{safe(one['what'])}[/] {safe(one['path'] + about)}  {safe(transition)}"
        )


def _lines(changes: Json) -> Iterator[RenderableType]:
    for one in changes.get("lines", ()):
        yield marked(
            f"line {one['sequence']}: {safe(one['before'] or 'not there')} → "
            f"[bold]{safe(one['after'] or 'not there')}[/] [dim]{safe(one.get('reason') or '')}[/]"
        )


def _nodes(changes: Json) -> Iterator[RenderableType]:
    for one in changes.get("nodes", ()):
        about = f" {one['subject']}" if one.get("subject") else ""
        because = (
            f"  [dim]because of {safe(', '.join(one['because']))}[/]" if one.get("because") else ""
        )
        yield marked(
            f"line {one['sequence']}  {safe(one['id'] + about)}: {MARKS[one['before']]} → "
            f"{MARKS[one['after']]}{because}"
        )


def _questions(changes: Json) -> Iterator[RenderableType]:
    for kind, style in (("answered", "green"), ("open", "magenta")):
        if changes.get(kind):
            yield marked(f"[{style}]{kind}[/] {safe(', '.join(changes[kind]))}")

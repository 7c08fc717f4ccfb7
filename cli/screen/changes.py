"""What an amended request changed, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

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
        told = " → ".join(value for value in values if value)
        yield Text.from_markup(
            f"[cyan]{one['what']}[/] {escape(one['path'] + about)}  {escape(told)}"
        )


def _lines(changes: Json) -> Iterator[RenderableType]:
    for one in changes.get("lines", ()):
        yield Text.from_markup(
            f"line {one['sequence']}: {one['before'] or 'not there'} → "
            f"[bold]{one['after'] or 'not there'}[/] [dim]{one.get('reason') or ''}[/]"
        )


def _nodes(changes: Json) -> Iterator[RenderableType]:
    for one in changes.get("nodes", ()):
        about = f" {one['subject']}" if one.get("subject") else ""
        because = (
            f"  [dim]because of {escape(', '.join(one['because']))}[/]"
            if one.get("because")
            else ""
        )
        yield Text.from_markup(
            f"line {one['sequence']}  {escape(one['id'] + about)}: {MARKS[one['before']]} → "
            f"{MARKS[one['after']]}{because}"
        )


def _questions(changes: Json) -> Iterator[RenderableType]:
    for kind, style in (("answered", "green"), ("open", "magenta")):
        if changes.get(kind):
            yield Text.from_markup(f"[{style}]{kind}[/] {escape(', '.join(changes[kind]))}")

"""An evaluated criteria tree on a terminal: every node with its state, and beneath it the facts that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.markup import escape
from rich.tree import Tree

Json = dict[str, Any]
MARKS = {"met": "[green]met[/]", "not_met": "[yellow]not met[/]", "not_documented": "[magenta]not documented[/]"}


def tree_of(line: Json) -> Tree:
    """A line of an evaluation as a tree, its guards last."""
    policy = line.get("policy") or {}
    edition = f"{policy['policy']} {policy['version']}" if policy else line["reason"]
    top = Tree(f"line {line['sequence']} [bold]{line['segment'] or ''}[/]: {line['outcome']} ({escape(edition)})")
    if line.get("tree"):
        _grow(top, line["tree"])
    guards = line.get("guards") or ()
    if guards:
        below = top.add("[dim]guards: what would hold an approval[/]")
        for guard in guards:
            _grow(below, guard)
    return top


def _grow(parent: Tree, node: Json) -> None:
    reason = f" [dim]({node['reason']})[/]" if node.get("reason") else ""
    about = f" [cyan]{escape(node['subject'])}[/]" if node.get("subject") else ""
    here = parent.add(f"{MARKS[node['state']]}  {escape(node.get('label') or node['id'])}{about}{reason}")
    for line in observed(node.get("evidence", ())):
        here.add(f"[dim]{escape(line)}[/]")
    for child in node.get("children", ()):
        _grow(here, child)


def observed(evidence: Iterable[Json]) -> list[str]:
    """Evidence as lines of text: path, subject, value, certainty, date and where in the chart it stands."""
    return [" ".join(part for part in _parts(one) if part) for one in evidence]


def _parts(one: Json) -> Iterable[str]:
    yield f"{one['path']} = {value_of(one['value'])}"
    yield one.get("unit") or ""
    yield f"({one['subject']})" if one["subject"] != "member" else ""
    yield one["certainty"] if one["certainty"] != "confirmed" else ""
    yield "date assumed" if one.get("date_assumed") else str(one.get("observed_at") or "")
    source = one.get("source")
    if source:
        yield _source(source)


def _source(source: Json) -> str:
    page = f", page {source['page']}" if source.get("page") else ""
    return f"in {source['document']}{page}"


def value_of(value: Any) -> str:
    """A fact's value in a few words: a range, a choice, a list or the value itself."""
    match value:
        case {"low": low, "high": high}:
            return f"{'..' if low is None else low} to {'..' if high is None else high}"
        case {"any_of": choices}:
            return "one of " + ", ".join(str(one) for one in choices)
        case list():
            return ", ".join(str(one) for one in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)

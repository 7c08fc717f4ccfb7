"""An evaluated criteria tree on a terminal: every node with its state, and the facts that it rests
on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.tree import Tree

from cli.screen.safe import safe

Json = dict[str, Any]
MARKS = {
    "met": "[green]met[/]",
    "not_met": "[yellow]not met[/]",
    "not_documented": "[magenta]not documented[/]",
}


def tree_of(line: Json) -> Tree:
    """A line of an evaluation as a tree, its guards last."""
    policy = line.get("policy") or {}
    edition = (
        f"{policy['policy']} {policy['version']}" if policy else line.get("reason") or "no policy"
    )
    top = Tree(
        f"line {line['sequence']} [bold]{safe(line.get('segment') or '')}[/]: "
        f"{safe(line['outcome'])} ({safe(edition)})"
    )
    for other in line.get("other_editions", ()):
        top.add(
            f"[yellow]another date of this request would choose edition {safe(other['version'])}[/]"
        )
    for one in line.get("codes") or ():
        asked, sets = (", ".join(one[key]) for key in ("services", "code_sets"))
        top.add(f"[dim]code {safe(one['code'])} asks for {safe(asked)} ({safe(sets)})[/]")
    if line.get("tree"):
        _grow(top, line["tree"])
    guards = line.get("guards") or ()
    if guards:
        below = top.add(
            "[dim]guards: what would hold the approval, and what is only told beside it[/]"
        )
        for guard in guards:
            _grow(below, guard)
    return top


def _grow(parent: Tree, node: Json) -> None:
    """A node, its single fact beside it, several below it."""
    facts = [f"[dim]{safe(line)}[/]" for line in observed(node.get("evidence", ()))]
    here = parent.add(
        "  ".join(
            part for part in (MARKS[node["state"]], _named(node), *facts[: len(facts) == 1]) if part
        )
    )
    for line in facts[len(facts) == 1 :]:
        here.add(line)
    for child in node.get("children", ()):
        _grow(here, child)


def _named(node: Json) -> str:
    """A node's label, or the name that its author gave it; a numbered one is told by its fact."""
    numbered = node["id"].rpartition(".")[2] in {"item", *map(str, range(100))}
    name = node.get("label") or (
        "" if numbered and (node.get("evidence") or node.get("children")) else node["id"]
    )
    about = f"[cyan]{safe(node['subject'])}[/]" if node.get("subject") else ""
    reason = f"[dim]({safe(node['reason'])})[/]" if node.get("reason") else ""
    return " ".join(part for part in (safe(name), about, reason) if part)


def observed(evidence: Iterable[Json]) -> list[str]:
    """Evidence as lines of text: path, value, subject, certainty, date and where in the chart it
    stands.
    """
    return [" ".join(part for part in _parts(one) if part) for one in evidence]


def _parts(one: Json) -> Iterable[str]:
    yield f"{one['path']} = {value_of(one['value'])}"
    yield one.get("unit") or ""
    certainty = one.get("certainty", "confirmed")
    about = [
        f"of {one['subject']}" if one["subject"] not in ("member", "line") else "",
        certainty if certainty != "confirmed" else "",
        _dated(one),
    ]
    about.append(_source(one.get("source")))
    summary = ", ".join(part for part in about if part)
    yield f"({summary})" if summary else ""


def _dated(one: Json) -> str:
    return "date assumed" if one.get("date_assumed") else str(one.get("observed_at") or "")


def _source(source: Json | None) -> str:
    if not source:
        return ""
    return (
        f"{source['document']} p. {source['page']}"
        if source.get("page")
        else str(source["document"])
    )


def value_of(value: Any) -> str:
    """A fact's value in a few words: a range, a choice, a list or the value itself."""
    match value:
        case {"low": low, "high": high}:
            return f"{'..' if low is None else low} to {'..' if high is None else high}"
        case {"any_of": choices}:
            return _choice(choices)
        case list():
            return ", ".join(str(one) for one in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _choice(choices: list[Any]) -> str:
    """Whole numbers without a gap as a range, else every choice."""
    whole = [one for one in choices if isinstance(one, int)]
    # Two are better named.
    without_gap = len(whole) == len(choices) > 0 and max(whole) - min(whole) == len(whole) - 1
    if len(whole) > 2 and without_gap:  # noqa: PLR2004
        return f"{min(whole)} to {max(whole)}"
    return "one of " + ", ".join(str(one) for one in choices)

"""The reports of the policy tools on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.screen.display import table_of
from cli.screen.safe import marked, safe

Json = dict[str, Any]
FULL = 1.0
AT_MOST = 60
"""How many findings of a policy a terminal shows; `--json` has all."""


def coverage_picture(report: Json) -> Group:
    """Coverage as a table, and below it what no golden case shows."""
    columns = ("policy", "version", "leaves", "obligations", "three-state", "MC/DC", "excused")
    rows = [
        (
            one["policy"],
            one["version"],
            one["leaves"],
            one["obligations"],
            _percent(one["three_state"]),
            _percent(one["mcdc"]),
            len(one["excused"]),
        )
        for one in report["policies"]
    ]
    return Group(
        table_of(columns, rows), *(part for one in report["policies"] for part in _unmet(one))
    )


def _unmet(one: Json) -> Iterator[RenderableType]:
    lines = [
        (f"{gap['kind'].replace('_', '-')}  {gap['obligation']}", gap["suggestion"])
        for gap in one["unmet"]
    ]
    yield from findings(one["policy"], "not shown by any golden case", lines)


def mutation_picture(report: Json) -> Group:
    """Mutants as a table, and below it the survivors."""
    columns = ("policy", "version", "mutants", "killed", "equivalent", "survivors")
    rows = [
        (
            one["policy"],
            one["version"],
            one["mutants"],
            one["killed"],
            one["equivalent"],
            len(one["survivors"]),
        )
        for one in report["policies"]
    ]
    return Group(
        table_of(columns, rows), *(part for one in report["policies"] for part in _survivors(one))
    )


def _survivors(one: Json) -> Iterator[RenderableType]:
    lines = [
        (f"{mutant['kind']}  {mutant['mutant']}", mutant["suggestion"])
        for mutant in one["survivors"]
    ]
    yield from findings(one["policy"], "no golden case notices", lines)


def findings(
    policy: str, what: str, lines: Iterable[tuple[str, str | None]]
) -> Iterator[RenderableType]:
    """A headed list of findings, each with what to do about it."""
    found = list(lines)
    if not found:
        return
    yield marked(f"\n[bold]{safe(policy)}[/]: {len(found)} {what}")
    for line, remedy in found[:AT_MOST]:
        yield marked(f"  [yellow]{safe(line)}[/]")
        if remedy:
            yield marked(f"    [dim]add a case:[/] {safe(remedy)}")
    if len(found) > AT_MOST:
        yield marked(f"  [dim]and {len(found) - AT_MOST} more; --json has all[/]")


def _percent(share: float) -> str:
    return "100 %" if share >= FULL else f"{share * 100:.1f} %"


def lint_picture(report: Json) -> Group:
    """Findings, policy by policy."""
    return Group(*(part for one in report["policies"] for part in _lint(one)))


def _lint(one: Json) -> Iterator[RenderableType]:
    if not one["findings"]:
        yield marked(f"[bold]{safe(one['policy'])}[/] {one['version']}: nothing found")
    yield from findings(
        one["policy"],
        "findings",
        [(f"{each['kind']}  {each['where']}: {each['told']}", None) for each in one["findings"]],
    )


def checks_picture(report: Json) -> Group:
    """Golden cases as a table, and below it the red ones with what they expected."""
    rows = [
        (
            one["policy"],
            one["version"],
            len(one["cases"]),
            sum(case["green"] for case in one["cases"]),
        )
        for one in report["policies"]
    ]
    parts = [
        part
        for one in report["policies"]
        for case in one["cases"]
        if not case["green"]
        for part in _red(one["policy"], case)
    ]
    return Group(table_of(("policy", "version", "golden cases", "green"), rows), *parts)


def _red(policy: str, case: Json) -> Iterator[RenderableType]:
    yield marked(
        f"\n[red]red[/] [bold]{safe(policy)}[/]: {safe(case['case'])}\n  "
        f"[dim]{safe(case['why'])}[/]"
    )
    for one in case["wrong"]:
        yield marked(
            f"  {safe(one['what'])}: expected {safe(str(one['expected']))}, found "
            f"{safe(str(one['found']))}"
        )


def impact_picture(report: Json) -> Group:
    """What a draft changes, and by which criteria."""
    rows = [(change, count) for change, count in report["changed"].items()]
    parts: list[RenderableType] = [
        marked(
            f"[bold]{safe(report['draft'])}[/] against {safe(report['in_force'])}, "
            f"{report['cases']} cases, {report['lines']} lines"
        )
    ]
    parts.append(table_of(("lines", "count"), rows))
    for change, of in report["by_criterion"].items():
        parts.append(marked(f"\n[bold]{safe(change)}[/] by criterion"))
        parts.append(table_of(("criterion", "lines"), list(of.items())[:AT_MOST]))
    return Group(*parts)


def sets_picture(report: Json, ask: Callable[[str, str | None], str]) -> Group:
    """What every line turns on: the documents that could change it, and what an approval rests
    on.
    """
    return Group(*(part for line in report["lines"] for part in _sets(line, ask)))


def _sets(line: Json, ask: Callable[[str, str | None], str]) -> Iterator[RenderableType]:
    yield marked(f"\nline {line['sequence']}: [bold]{line['outcome']}[/]")
    if line["outcome"] == "pend":
        yield from _named_sets("to change it, document", line["missing"], ask)
        if not line["missing"]["sets"]:
            yield Text("  no document can change this; a clinician decides")
        return
    yield from _named_sets("the criteria rest on", line["loss"]["criteria"], None)
    yield from _named_sets("no guard holds it because of", line["loss"]["guards"], None)


def _named_sets(
    what: str, sets: Json, ask: Callable[[str, str | None], str] | None
) -> Iterator[RenderableType]:
    for one in sets["sets"]:
        facts = [ask(fact["path"], fact["item"]) if ask else _fact(fact) for fact in one]
        yield marked(f"  {what}: {safe(' and '.join(facts))}")
    if not sets["complete"]:
        yield marked("  [dim]and more, which were not searched[/]")


def _fact(fact: Json) -> str:
    return f"{fact['path']} of {fact['item']}" if fact["item"] else str(fact["path"])

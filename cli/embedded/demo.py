"""`priorauth demo`: the whole platform on one machine, real requests through it, and everything
stopped again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Annotated, Any

import typer
from rich.live import Live

from cli import exits
from cli.embedded.late import differences as late_differences
from cli.embedded.late import late
from cli.embedded.progress import Watched, progress_table, watched
from cli.embedded.showcase import SHOWCASES, submitted, way_of
from cli.embedded.stack import Stack, start
from cli.embedded.state_folder import DISPOSABLE
from cli.embedded.up import hold, next_steps
from cli.screen.display import case_panel, evaluation_trees, out
from cli.services import service_client
from cli.services.audit import report_text
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.settings import load

Json = dict[str, Any]
REFERENCE = "reference-case"
PATIENCE = 120.0
StateFolder = Annotated[
    Path | None,
    typer.Option(
        help="The folder for everything the stack keeps [default: .priorauth].",
        show_default=False,
    ),
]


def demo(
    *,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Also write the results to this file.", show_default=False),
    ] = None,
    missed: Annotated[
        bool, typer.Option("--late", help="Instead: let the law's time of one request pass.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the stack running afterwards, until Ctrl-C.")
    ] = False,
    state: StateFolder = None,
) -> None:
    """Start the embedded stack, submit six requests, show what became of each, verify the audit
    log, stop everything. With --late: let the time of one request pass, and show what follows.

    Exit code 1 when the reference case does not come out approved or the log does not verify.
    """
    began = monotonic()
    settings = load()
    if json_file is not None:
        # A place that takes no file is told of now, and not after the demo.
        json_file.touch()
    stack = start(state or settings.state, out.print)
    try:
        out.print(
            f"[dim]four services and a broker are ready after {monotonic() - began:.1f} s[/]\n"
        )
        run, differ = (late, late_differences) if missed else (shown, differences)
        result = run(stack, service_client.ServiceClient(stack.urls))
        (stack.state / DISPOSABLE).touch()
        wrong = reported(result, json_file, differ)
        out.print(_summary(len(result.get("cases", [1])), monotonic() - began, stack.state))
        if keep:
            (stack.state / DISPOSABLE).unlink()
            hold(stack)
    finally:
        stack.stop()
    out.print("", next_steps())
    if wrong:
        raise typer.Exit(exits.DIFFERENT)


def shown(stack: Stack, desk: service_client.ServiceClient) -> Json:
    """Runs the showcases and prints what became of them; the result is what `--json` writes."""
    summaries, held = followed(stack, desk)
    out.print()
    for one in summaries:
        out.print(case_panel(one))
    reference = next(one for one in summaries if one["name"] == REFERENCE)
    out.print(f"\n[bold]criteria of {REFERENCE}, with the evidence for every node[/]")
    out.print(evaluation_trees(desk.evaluation(reference["case_id"]) or {"lines": []}))
    report = desk.verified_when_signed(held)
    out.print(f"\n{report_text(report)}")
    for one in summaries:
        one["lines"] = [{name: line[name] for name in service_client.LINE} for line in one["lines"]]
    return {
        "cases": summaries,
        "audit": {"events": report["events"], "verified": report["verified"]},
    }


def followed(stack: Stack, desk: service_client.ServiceClient) -> tuple[list[Json], str | None]:
    """Submits every showcase in its turn and follows it until its letters are rendered; beside what
    became of them, a checkpoint of the audit log from halfway, to compare its end with.
    """
    held: str | None = None
    rows: dict[str, Watched] = {}
    found: dict[str, Json] = {}
    deadline = monotonic() + PATIENCE
    with Live(console=out, refresh_per_second=12, transient=False) as live:
        while len(found) < len(SHOWCASES):
            _submit_what_is_due(stack, rows, found)
            _look(stack, desk, rows, found)
            held = held or (desk.checkpoint() if found else None)
            live.update(progress_table(rows.values()))
            if monotonic() > deadline:
                late = ", ".join(name for name in rows if name not in found)
                raise Unavailable(
                    f"Not finished in {PATIENCE:.0f} s: {late}.",
                    code="late",
                    remedy=f"Read the logs in {stack.state / 'log'}.",
                )
            sleep(0.05)
    return [found[one.name] for one in SHOWCASES], held


def _submit_what_is_due(stack: Stack, rows: dict[str, Watched], found: dict[str, Json]) -> None:
    """Submits the next showcase whose turn it is; an update waits for the end of what it
    updates.
    """
    for one in SHOWCASES:
        if one.name not in rows and (one.after is None or one.after in found):
            case_id = submitted(one, stack.urls["intake"], stack.broker.address)
            rows[one.name] = watched(one.name, way_of(one), case_id, amends=one.after is not None)
            return


def _look(
    stack: Stack,
    desk: service_client.ServiceClient,
    rows: dict[str, Watched],
    found: dict[str, Json],
) -> None:
    """Reads the timelines of those on their way, and gathers the cases that are done."""
    for name, row in rows.items():
        if name not in found:
            row.read(desk.timeline(row.case_id))
            if row.done:
                letters = desk.letters(row.case_id)[-row.counts["issued"] :]
                found[name] = service_client.summary(
                    name,
                    desk.case(row.case_id),
                    desk.evaluation(row.case_id),
                    letters,
                    stack.documents,
                )


def reported(
    result: Json, json_file: Path | None, differ: Callable[[Json], list[str]]
) -> list[str]:
    """Writes the result where it is wanted, and prints what differs from what should come out."""
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    wrong = differ(result)
    for one in wrong:
        out.print(f"[red]differs:[/] {one}")
    return wrong


def differences(result: Json) -> list[str]:
    """What came out otherwise than it should, in sentences; empty when all is well."""
    reference = next(one for one in result["cases"] if one["name"] == REFERENCE)
    wrong = [
        f"line {line['sequence']} of the reference case is {line['determination']}, not A1"
        for line in reference["lines"]
        if line["determination"] != "A1"
    ]
    if reference["urgency"] != "expedited":
        wrong.append(f"the reference case's urgency is {reference['urgency']}, not expedited")
    if not result["audit"]["verified"]:
        wrong.append("the audit log does not verify")
    return wrong


def _summary(cases: int, seconds: float, state: Path) -> str:
    counted = "1 case" if cases == 1 else f"{cases} cases"
    return (
        f"\n[dim]{counted} in {seconds:.1f} s; letters, stores and logs stay in "
        f"{state.resolve()}[/]"
    )

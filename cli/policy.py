"""`priorauth policy`: the tools of a policy's author."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import exits
from cli.display import show
from cli.policy_reports import coverage_picture, mutation_picture
from cli.policy_running import progress
from services.criteria.authoring import coverage as covering
from services.criteria.authoring import mutate as mutating
from services.criteria.authoring.pieces import chosen

app = typer.Typer(no_args_is_help=True, help="Write, test and publish medical policies: lint, test, coverage, mutate, explain, impact, publish, new, page.")
Names = Annotated[list[str] | None, typer.Argument(help="Policies: NAME, NAME@VERSION, or a folder with policy.yaml and cases.yaml. Default: all packaged.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command()
def coverage(names: Names = None, *, as_json: AsJson = False) -> None:
    """Three-state and MC/DC coverage of each policy by its golden cases, with what is missing."""
    with progress("coverage") as step:
        found = [covering.measure(piece.edition, piece.cases) for piece in step.over(chosen(names or ()))]
    show({"policies": [one.report() for one in found]}, as_json=as_json, picture=coverage_picture)
    ended(all(one.full for one in found))


@app.command()
def mutate(names: Names = None, *, as_json: AsJson = False) -> None:
    """Break each policy in every small way, and see whether a golden case notices."""
    found = []
    for piece in chosen(names or ()):
        with progress(f"mutants of {piece.name}") as step:
            found.append(mutating.run(piece.edition, piece.cases, step.at))
    show({"policies": [one.report() for one in found]}, as_json=as_json, picture=mutation_picture)
    ended(not any(one.survivors for one in found))


def ended(good: bool) -> None:  # noqa: FBT001 - the only thing to say
    """Ends the command: 0 if the answer is good, else 1."""
    if not good:
        raise typer.Exit(exits.DIFFERENT)

"""`priorauth policy`: the tools of a policy's author."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import exits
from cli.policy import deployment, inspection, publishing
from cli.policy.pictures import checks_picture, coverage_picture, lint_picture, mutation_picture
from cli.policy.progress import progress
from cli.screen.display import show
from services.criteria.authoring.coverage import coverage as covering
from services.criteria.authoring.golden.check import check
from services.criteria.authoring.golden.workspace import chosen
from services.criteria.authoring.mutation import lint as linting
from services.criteria.authoring.mutation import mutation as mutating

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Write, test and publish medical policies: lint, test, coverage, mutate, explain, impact, "
        "publish, new, page. Of a running platform: in-force, deploy, stop, resume."
    ),
)
Names = Annotated[
    list[str] | None,
    typer.Argument(
        help=(
            "Policies: NAME, NAME@VERSION, or a folder with policy.yaml and cases.yaml. Default: "
            "all packaged."
        )
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command()
def lint(names: Names = None, *, as_json: AsJson = False) -> None:
    """What looks wrong in a policy although it loads: dead branches, subsumed siblings,
    complementary leaves, unit mismatches, facts never read or asked for, conditions stricter than
    the thresholds of a source.
    """
    with progress("lint") as step:
        found = [
            (piece, linting.lint(piece.edition, piece.cases))
            for piece in step.over(chosen(names or ()))
        ]
    reports = [
        {
            "policy": piece.edition.ref.policy,
            "version": piece.edition.ref.version,
            "findings": [one.report() for one in of],
        }
        for piece, of in found
    ]
    show({"policies": reports}, as_json=as_json, picture=lint_picture)
    ended(not any(one.kind != linting.NEVER_ASKED for _, of in found for one in of))


@app.command(name="test")
def golden(names: Names = None, *, as_json: AsJson = False) -> None:
    """Run the golden cases, and show each that does not give what its source says."""
    with progress("golden cases") as step:
        found = [
            (piece, check(piece.edition, piece.cases, piece.code_sets))
            for piece in step.over(chosen(names or ()))
        ]
    reports = [
        {
            "policy": piece.edition.ref.policy,
            "version": piece.edition.ref.version,
            "cases": [one.report() for one in of],
        }
        for piece, of in found
    ]
    show({"policies": reports}, as_json=as_json, picture=checks_picture)
    ended(all(of and not any(one.wrong for one in of) for _, of in found))


@app.command()
def coverage(
    names: Names = None,
    *,
    as_json: AsJson = False,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest/--no-suggest",
            help="Look for a case that closes each gap; takes up to a minute a policy.",
        ),
    ] = True,
) -> None:
    """Three-state and MC/DC coverage of each policy by its golden cases, with what is missing."""
    with progress("coverage") as step:
        found = [
            covering.measure(piece.edition, piece.cases, suggest=suggest)
            for piece in step.over(chosen(names or ()))
        ]
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


@app.command()
def page(
    name: Annotated[
        str, typer.Argument(help="A policy: NAME, NAME@VERSION, or a folder.", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The HTML file to write; standard output if there is none."
        ),
    ] = None,
) -> None:
    """A page of the policy that a clinician can read: one HTML file."""
    publishing.write_page(chosen([name])[-1], output)


app.command()(inspection.explain)
app.command()(inspection.impact)
app.command()(publishing.publish)
app.command(name="new")(publishing.new)
app.command()(deployment.deploy)
app.command()(deployment.stop)
app.command()(deployment.resume)
app.command(name="in-force")(deployment.in_force)


def ended(good: bool) -> None:  # noqa: FBT001 - the only thing to say
    """Ends the command: 0 if the answer is good, else 1."""
    if not good:
        raise typer.Exit(exits.DIFFERENT)

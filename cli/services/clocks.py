"""`priorauth clocks`: the clocks that run, of all cases."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

import typer

from cli.screen.clocks import clocks_picture
from cli.screen.display import show
from cli.services import web
from cli.services.addresses import url_of
from shared.access.principal import Role
from shared.settings import load

SPAN = re.compile(r"(\d{1,5})(min|h|d)", re.ASCII)
HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0}


def clocks(
    *,
    soon: Annotated[
        bool, typer.Option("--soon", help="Only those whose target is near (--within) or over.")
    ] = False,
    within: Annotated[
        str, typer.Option(help="With --soon: how near, for instance 90min, 24h or 3d.")
    ] = "24h",
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the clocks that run, the earliest target first: how much time there is to the target and
    to the law's own instant. No health information.
    """
    asked = {"limit": str(limit)}
    if soon:
        asked["within_hours"] = f"{hours(within):.4f}"
    found = web.get(f"{url_of('intake', load())}/v1/clocks?{urlencode(asked)}", Role.OPERATIONS)
    show(found, as_json=as_json, picture=clocks_picture)


def hours(text: str) -> float:
    """A length of time in hours."""
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter("write a number and min, h or d: 90min, 24h, 3d")
    return int(found[1]) * HOURS[found[2]]

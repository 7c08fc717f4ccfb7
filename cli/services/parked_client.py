"""Parked events as the services tell of them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from cli.services import web
from shared.access.principal import Role

Json = dict[str, Any]
PAGE = 500
WAITING = "waiting"


def page(
    url: str, case: str | None, reason: str | None, limit: int, after: str | None = None
) -> Json:
    """A page of a service's held records, with the counts of all that the choice meets."""
    asked = {"case": case, "reason": reason, "limit": limit, "after": after}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    found: Json = web.get(f"{url}/v1/parked?{query}", Role.OPERATIONS)
    return found


def everything(url: str, case: str | None) -> Iterator[Json]:
    """Every held record of a service (of one case)."""
    after = None
    while records := page(url, case, None, PAGE, after)["records"]:
        yield from records
        after = records[-1]["id"]


def refused(url: str) -> list[Json]:
    """The lanes that the replica at this address refuses to work, with the reason of each."""
    found: list[Json] = web.get(f"{url}/v1/lanes", Role.OPERATIONS)["refused"]
    return found


def refused_in_words(refusals: list[Json]) -> list[str]:
    """Refused lanes in sentences, one a reason."""
    by_reason: dict[str, list[str]] = {}
    for one in refusals:
        by_reason.setdefault(one["why"], []).append(str(one["lane"]))
    return [
        f"refuses lanes {', '.join(lanes)}: {why}"
        if len(lanes) > 1
        else f"refuses lane {lanes[0]}: {why}"
        for why, lanes in by_reason.items()
    ]

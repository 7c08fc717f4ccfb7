"""Gives the platform reference data: checked by every service that reads it, sent by the one door,
and awaited until it is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import sleep
from typing import Any
from urllib.parse import urlencode

from cli.services import web
from cli.services.addresses import url_of
from shared.access.principal import Role
from shared.clock import monotonic
from shared.errors import Impossible, Unavailable
from shared.events.policies import READ_BY, PublishedItem, ReferencePublished
from shared.settings import load

Json = dict[str, Any]
DOOR = "criteria"
"""The service that writes publications to the log, of whatever kind."""
PATIENCE = 20.0
"""Seconds until a publication should have been read."""
NOTICE = 90.0
"""Seconds until what was taken up should be in force: it is a minute after it was read."""
READERS = tuple(sorted({service for services in READ_BY.values() for service in services}))
"""The services that read reference data."""


def readers(items: Iterable[PublishedItem]) -> tuple[str, ...]:
    """The services that read any of the items."""
    return tuple(sorted({service for one in items for service in READ_BY.get(one.kind, ())}))


def known_of(service: str) -> Json:
    """What a service reads now, will read, and the last publications."""
    found: Json = web.get(f"{_url(service)}/v1/reference", Role.OPERATIONS)
    return found


def item_of(service: str, kind: str, name: str) -> Json | None:
    """An item as a service reads it now, with its text; none where it reads none of the name."""
    place = f"{_url(service)}/v1/reference/item?{urlencode({'kind': kind, 'id': name})}"
    return web.get_if_there(place, Role.OPERATIONS)


def checked(publication: ReferencePublished) -> None:
    """Raises `Impossible` with the reason where a service that reads it could not take it up."""
    for service in readers(publication.items):
        answer = _posted(service, "/v1/reference/checks", publication).content
        if answer["refused"]:
            raise Impossible(
                f"{service.capitalize()} refuses it: {answer['refused']}", code="refused"
            )


def sent(publication: ReferencePublished) -> Json:
    """Writes a publication to the log, and waits until every service that reads it has: its items
    with their hashes; raises `Impossible` where one refused it.
    """
    place = _posted(DOOR, "/v1/reference", publication).location
    items: list[Json] = []
    for service in readers(publication.items):
        found = _waited(
            partial(web.get_if_there, f"{_url(service)}{place}", Role.OPERATIONS),
            PATIENCE,
            f"The publication is in the log, and {service} has not read it yet.",
        )
        if found["outcome"] != "taken_up":
            raise Impossible(
                f"{service.capitalize()} refused it: {found['detail']}", code="refused"
            )
        items += [one for one in found["items"] if one not in items]
    return {"items": items}


def in_force(services: Iterable[str], items: Iterable[Json]) -> dict[str, str]:
    """The set of each service once it reads the items that are its own; waits for that."""
    wanted = [*items]
    return {
        service: _waited(
            partial(_set_with, service, wanted),
            NOTICE,
            f"{service.capitalize()} has taken it up, and does not read it yet.",
        )
        for service in services
    }


def _set_with(service: str, items: Iterable[Json]) -> str | None:
    """The hash of what a service reads now, if that has its items."""
    found = known_of(service)
    active = {(one["kind"], one["id"]): one["sha256"] for one in found["active"]}
    own = [one for one in items if service in READ_BY[one["kind"]]]
    there = all(active.get((one["kind"], one["id"])) == one["sha256"] for one in own)
    return found["set"] if there else None


def _waited(look: Callable[[], Any], seconds: float, late: str) -> Any:
    """What a look finds within so many seconds."""
    deadline = monotonic() + seconds
    while (found := look()) is None:
        if monotonic() > deadline:
            raise Unavailable(
                late, code="not_read", remedy="Look at `priorauth reference list` in a while."
            )
        sleep(0.1)
    return found


def _posted(service: str, path: str, publication: ReferencePublished) -> web.HttpAnswer:
    body = publication.published()
    return web.post(f"{_url(service)}{path}", body, "application/json", Role.OPERATIONS)


def _url(service: str) -> str:
    return url_of(service, load())

"""A service's reference data over HTTP: what is in force and planned, what became of each
publication, and a door for the next one.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from shared.access.actions import Action
from shared.clock import Clock
from shared.events.policies import POLICIES, READ_BY, ReferencePublished
from shared.instants import instant, micros
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.publications import LANE, of_kinds, refusal
from shared.lanes.service import References
from shared.lanes.state.reference import ReferenceEntry, ReferenceItem
from shared.lanes.store.published import PublishedReference
from shared.lanes.store.tables import PublicationRow
from shared.web.access import allowed
from shared.web.problems import Problem, documented

MOST_NAME = 200


def reading(known: PublishedReference, clock: Clock) -> APIRouter:
    """`GET /v1/reference`, and what became of one publication."""
    router = APIRouter(tags=["reference data"], dependencies=[allowed(Action.READ_REFERENCE)])

    @router.get("/v1/reference")
    def reference() -> dict[str, Any]:
        """Which items decisions read now, which they will read, and the newest publications."""
        newest, now = known.newest(), micros(clock.now())
        return {
            "set": newest.sha256 if newest.entries else None,
            "active": [_entry(one) for one in newest.active(now)],
            "planned": [_entry(one) for one in newest.entries if one.active_from > now],
            "publications": [_publication(row) for row in known.publications()],
        }

    @router.get("/v1/reference/item", responses=documented(HTTPStatus.NOT_FOUND))
    def item(
        kind: Annotated[str, Query(max_length=MOST_NAME)],
        name: Annotated[str, Query(alias="id", max_length=MOST_NAME)],
    ) -> dict[str, Any]:
        """An item as decisions read it now, with its text; 404 where none of the name is read."""
        return _item(known, (kind, name), micros(clock.now()))

    @router.get(
        "/v1/reference/publications/{record_id}", responses=documented(HTTPStatus.NOT_FOUND)
    )
    def publication(record_id: UUID) -> dict[str, Any]:
        """What became of a publication; 404 until it was read."""
        row = known.publication(record_id)
        if row is None:
            raise Problem(
                HTTPStatus.NOT_FOUND, "unknown_publication", "This publication was not read yet."
            )
        return _publication(row)

    return router


def checking(known: PublishedReference, references: References, clock: Clock) -> APIRouter:
    """`POST /v1/reference/checks`: whether this service could read a publication."""
    router = APIRouter(tags=["reference data"])

    @router.post("/v1/reference/checks", dependencies=[allowed(Action.PUBLISH_REFERENCE)])
    def check(publication: ReferencePublished) -> dict[str, Any]:
        """Builds what decisions would read with the items of this service's kinds beside those in
        force, and changes nothing: `refused` says why they could not be taken up, empty if they
        could.
        """
        items = of_kinds(publication, references.kinds)
        return {
            "items": [{"kind": one.kind, "id": one.id, "sha256": one.sha256} for one in items],
            "refused": refusal(references, _in_force(known, clock), items) if items else "",
        }

    return router


def publishing(
    known: PublishedReference, ingress: Ingress, references: References, clock: Clock
) -> APIRouter:
    """`POST /v1/reference`: writes a publication to the log, once it can be read."""
    router = APIRouter(tags=["reference data"])

    @router.post(
        "/v1/reference",
        status_code=HTTPStatus.ACCEPTED,
        dependencies=[allowed(Action.PUBLISH_REFERENCE)],
        responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def publish(publication: ReferencePublished, response: Response) -> dict[str, Any]:
        """Takes a publication: 202 with the place where its outcome will be, at each service that
        reads it; 422 with the reason where it could not be taken up here. What other services read
        they check themselves.
        """
        if unknown := sorted({one.kind for one in publication.items} - READ_BY.keys()):
            kinds = ", ".join(sorted(READ_BY))
            raise _refused(f"No service reads {', '.join(unknown)}; there are {kinds}.")
        if items := of_kinds(publication, references.kinds):
            known_now = await run_in_threadpool(_in_force, known, clock)
            if why := await run_in_threadpool(refusal, references, known_now, items):
                raise _refused(why)
        headers = {"ce_type": publication.TYPE}
        record = await ingress.publish(POLICIES, LANE, b"", headers, publication.published())
        response.headers["Location"] = f"/v1/reference/publications/{record}"
        return {"publication_id": str(record), "status": "accepted"}

    return router


def _item(known: PublishedReference, named: tuple[str, str], now: int) -> dict[str, Any]:
    found = next((one for one in known.newest().active(now) if one[:2] == named), None)
    if found is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, "unknown_item", "No item of this kind and name is in force."
        )
    (read,) = known.items((found,))
    return {**_entry(found), "content": read.content.decode()}


def _in_force(known: PublishedReference, clock: Clock) -> tuple[ReferenceItem, ...]:
    return known.items(known.newest().active(micros(clock.now())))


def _refused(why: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "reference", why)


def _entry(one: ReferenceEntry) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.id,
        "sha256": one.sha256,
        "active_from": instant(one.active_from).isoformat() if one.active_from else None,
        "source": one.source,
    }


def _publication(row: PublicationRow) -> dict[str, Any]:
    return {
        "publication_id": str(row.record_id),
        "at": instant(row.at).isoformat(),
        "outcome": row.outcome,
        "detail": row.detail,
        "published_by": row.published_by,
        "items": [
            {"kind": kind, "id": ident, "sha256": sha256}
            for kind, ident, sha256 in json.loads(row.items)
        ],
    }

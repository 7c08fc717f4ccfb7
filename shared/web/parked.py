"""Parked events over HTTP, the same in every service: list, show, ask for them once more.

A list holds ids and reasons, never content.
"""

from __future__ import annotations

import base64
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.access.actions import Action, Relation
from shared.access.permissions import may
from shared.access.principal import Principal
from shared.instants import instant
from shared.lanes.batch.reader import illegible
from shared.lanes.service import Service
from shared.lanes.store.parked import Parked, ParkedEntry, ParkedFilter, ParkedRecord, RecordRef
from shared.web.access import allowed, forbidden
from shared.web.problems import Problem, documented

log = structlog.get_logger()
MOST, MOST_ASKED = 500, 1_000
SPOT = r"([A-Za-z0-9._-]{1,249})/([0-9]{1,5})/([0-9]{1,18})"
PRIVATE = {"Cache-Control": "private, no-store"}
SpotText = Annotated[str, Field(pattern=f"^{SPOT}$")]


class ParkedView(BaseModel):
    """A view is made from values and never changes."""

    model_config = ConfigDict(frozen=True)


class EntryView(ParkedView):
    """A held record: its place as `id`, the case it belongs to if one is known, and why and since
    when it is held.
    """

    id: str
    case_id: UUID | None
    reason: str
    since: datetime
    requeued: bool


class PageView(ParkedView):
    """A page of held records in the order of their places, and how many the whole choice has for
    each reason.
    """

    service: str
    reasons: dict[str, int]
    records: list[EntryView]


class HeaderView(ParkedView):
    """A header as text, or as hexadecimal bytes where it is no text."""

    name: str
    text: str | None
    hex: str | None


class RecordView(EntryView):
    """A held record with what the running version makes of it: `unreadable` is the reason for which
    it cannot read it, empty if it can.

    `content` is there only when it was asked for, as text or else as base64.
    """

    service: str
    detail: str
    written: datetime
    headers: list[HeaderView]
    size: int
    readable: bool
    unreadable: str
    content: str | None = None
    content_base64: str | None = None


class Request(ParkedView):
    """Whole cases, and records that belong to none, to try again."""

    cases: list[UUID] = Field(default=[], max_length=MOST)
    records: list[SpotText] = Field(default=[], max_length=MOST)


class Asked(ParkedView):
    """The records that were asked for, by id."""

    records: list[SpotText]


class Wanted(ParkedView):
    """The records whose outcomes are asked for."""

    records: list[SpotText] = Field(max_length=MOST_ASKED)


class ParkedOutcomes(ParkedView):
    """What became of each record: applied, failed, held or pending."""

    outcomes: dict[str, str]


def routes(service: Service, parked: Parked) -> APIRouter:
    """`/v1/parked` of a service."""
    router = APIRouter(tags=["operations"])

    @router.get("/v1/parked", dependencies=[allowed(Action.READ_PARKED)])
    def listed(
        case: UUID | None = None,
        reason: str | None = None,
        after: SpotText | None = None,
        limit: Annotated[int, Query(ge=0, le=MOST)] = 100,
    ) -> PageView:
        """Held records by case and reason; `after` is the id at the end of the last page."""
        choice = ParkedFilter(case, reason)
        page = parked.page(choice, spot_of(after) if after else None, limit)
        return PageView(
            service=service.name,
            reasons=parked.reasons(choice),
            records=[EntryView(**_entry(entry)) for entry in page],
        )

    _reading_one(router, service, parked)
    _trying_again(router, service, parked)
    return router


def _reading_one(router: APIRouter, service: Service, parked: Parked) -> None:
    """Adds what is asked about one record."""

    @router.get("/v1/parked/{spot:path}", responses=documented(HTTPStatus.NOT_FOUND))
    def shown(
        spot: SpotText,
        response: Response,
        principal: Annotated[Principal, allowed(Action.READ_PARKED)],
        *,
        content: bool = False,
    ) -> RecordView:
        """One held record: reason, headers, and whether the running version can read it; its
        content only on demand.
        """
        if content and not may(principal, Action.READ_PARKED_CONTENT, Relation.ANY):
            raise forbidden("role", "None of the token's roles may read a record's content.")
        found = parked.record(spot_of(spot))
        if found is None:
            raise Problem(
                HTTPStatus.NOT_FOUND, "not_parked", "This record is not parked (any more)."
            )
        response.headers.update(PRIVATE)
        return _record(service.name, found, illegible(service, found.record), content=content)


def _trying_again(router: APIRouter, service: Service, parked: Parked) -> None:
    """Adds what an operator does after something was corrected."""

    @router.post("/v1/parked/requeue", dependencies=[allowed(Action.REQUEUE_PARKED)])
    def requeue(request: Request) -> Asked:
        """Asks for everything that is parked of these cases, and for these records without a case,
        to be tried again by the lanes' owners.
        """
        spots = parked.requeue(request.cases, [spot_of(text) for text in request.records])
        log.info("requeue_asked", service=service.name, records=len(spots))
        return Asked(records=[str(spot) for spot in spots])

    @router.post("/v1/parked/outcomes", dependencies=[allowed(Action.READ_PARKED)])
    def outcomes(wanted: Wanted) -> ParkedOutcomes:
        """What became of records that were asked for."""
        found = parked.outcomes([spot_of(text) for text in wanted.records])
        return ParkedOutcomes(outcomes={str(spot): outcome for spot, outcome in found.items()})


def spot_of(text: str) -> RecordRef:
    """The place that an id names (`SpotText`)."""
    topic, p, offset = text.split("/")
    return RecordRef(topic, int(p), int(offset))


def _entry(entry: ParkedEntry) -> dict[str, object]:
    return {
        "id": str(entry.ref),
        "case_id": entry.case_id,
        "reason": entry.reason,
        "since": instant(entry.at),
        "requeued": entry.requeued,
    }


def _record(service: str, found: ParkedRecord, unreadable: str, *, content: bool) -> RecordView:
    value = found.record.value or b""
    facts = _entry(found.entry) | {
        "service": service,
        "detail": found.detail,
        "written": instant(found.record.timestamp * 1000),
        "size": len(value),
    }
    value_fields = _content(value) if content else {}
    return RecordView(
        **facts,
        headers=[_header(*one) for one in found.record.headers],
        readable=not unreadable,
        unreadable=unreadable,
        **value_fields,
    )


def _header(name: str, value: bytes | None) -> HeaderView:
    text = value.decode("ascii", "replace") if value is not None else None
    legible = text is not None and value is not None and value.isascii() and text.isprintable()
    return HeaderView(
        name=name,
        text=text if legible else None,
        hex=None if legible or value is None else value.hex(),
    )


def _content(value: bytes) -> dict[str, str]:
    try:
        return {"content": value.decode()}
    except UnicodeDecodeError:
        return {"content_base64": base64.b64encode(value).decode()}

"""Taking up reference data that was published on `pa.policies.v1`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.errors import Impossible, Malformed
from shared.events.policies import ReferencePublished
from shared.ids import case_id
from shared.instants import micros
from shared.json_bounds import admit
from shared.lanes.outcome import Outcome, Received, Row
from shared.lanes.service import External, HomeAddress, References, Rejection
from shared.lanes.state.reference import NOTICE, PUBLISHED, PlannedItem, ReferenceItem

LANE = 0
"""All publications are worked in one lane: sets follow each other in one order, on every replica
and in a replay.
"""
AT_ONCE = frozenset({"switch", "desk_key_retirement"})
"""Kinds that are read from the next batch on: what stops approvals, or a key that got out, does not
wait.
"""
MAX_BYTES = 4 * 1024 * 1024


def publications() -> External[Any]:
    """How records of `pa.policies.v1` are read, addressed and refused."""
    return External(
        read=read_publication,
        address=lambda _, record: HomeAddress(LANE, case_id(record, LANE)),
        reject=reject,
    )


def read_publication(ce_type: str, _headers: dict[str, str], value: bytes) -> ReferencePublished:
    """The publication in a record; raises `Malformed` with a code."""
    if ce_type not in {"", ReferencePublished.TYPE}:
        raise Malformed("This is no publication.", code="unknown_type")
    admit(value, MAX_BYTES)
    try:
        return ReferencePublished.model_validate_json(value)
    except ValidationError:
        raise Malformed(
            "The publication does not have the expected fields.", code="schema"
        ) from None


def reject(record: UUID, rejection: Rejection, _raw: bytes, at: datetime) -> Outcome[Any]:
    """A record that is no publication changes nothing, and is listed with the others."""
    return Outcome(None, rows=(_row(record, at, ("", ()), ("refused", rejection.detail)),))


def taken_up(
    references: References,
    known: tuple[ReferenceItem, ...],
    publication: ReferencePublished,
    received: Received,
    now: datetime,
) -> Outcome[Any]:
    """The publication's items of the service's kinds, to be read after notice; none of them where
    one is refused. `known` are the items in force.
    """
    items = of_kinds(publication, references.kinds)
    if not items:
        return Outcome(None)
    why = refusal(references, known, items)
    result = ("refused", why) if why else ("taken_up", publication.reason)
    planned = tuple(
        PlannedItem(item, micros(now if item.kind in AT_ONCE else now + NOTICE), PUBLISHED)
        for item in items
    )
    return Outcome(
        None,
        rows=(_row(received.id, now, (publication.published_by, items), result),),
        reference=() if why else planned,
    )


def of_kinds(publication: ReferencePublished, kinds: frozenset[str]) -> tuple[ReferenceItem, ...]:
    """The publication's items of these kinds."""
    return tuple(
        ReferenceItem(entry.kind, entry.id, entry.content.encode())
        for entry in publication.items
        if entry.kind in kinds
    )


def refusal(
    references: References, known: tuple[ReferenceItem, ...], items: tuple[ReferenceItem, ...]
) -> str:
    """Why items cannot be taken up beside those in force; empty if they can."""
    by_name = {(item.kind, item.id): item for item in known}
    changed = [
        f"{item.kind} {item.id}"
        for item in items
        if item.kind in references.fixed and by_name.get((item.kind, item.id), item) != item
    ]
    if changed:
        return f"Another content is in force under the name of {', '.join(changed)}."
    try:
        references.build(tuple((by_name | {(item.kind, item.id): item for item in items}).values()))
    except (Malformed, Impossible) as error:
        return str(error)
    return ""


def _row(
    record: UUID,
    at: datetime,
    publication: tuple[str, tuple[ReferenceItem, ...]],
    result: tuple[str, str],
) -> Row:
    (published_by, items), (outcome, detail) = publication, result
    named = [[item.kind, item.id, item.sha256] for item in items]
    return Row(
        "reference_publication",
        {
            "record_id": record,
            "at": micros(at),
            "outcome": outcome,
            "detail": detail,
            "published_by": published_by,
            "items": json.dumps(named, separators=(",", ":")),
        },
    )

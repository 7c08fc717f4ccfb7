"""Wires criteria up: the packaged policies, the events it reads, and how clinicians' decisions come
in.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import partial
from uuid import UUID

from pydantic import ValidationError

from services.criteria.decide import decide
from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.answer.evaluate import ENGINE_VERSION
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.model import CriteriaState
from services.criteria.tables import CRITERIA_TABLES
from shared.errors import Malformed
from shared.events.catalogue import CONSUMES
from shared.events.criteria import CRITERIA
from shared.events.intake import (
    ClockExtended,
    ClockStarted,
    RequestAmended,
    RequestCancelled,
    RequestReceived,
)
from shared.events.reviews import REVIEWS, ReviewSubmitted
from shared.ids import PARTITIONS, lane_of
from shared.lanes.outcome import Outcome
from shared.lanes.service import CaseService, External, HomeAddress, Rejection
from shared.settings import Settings

MAX_REVIEW_BYTES = 65_536


def service(settings: Settings) -> CaseService[CriteriaState]:
    """The criteria service: judges requests by the packaged policies, and takes clinicians'
    decisions.
    """
    library = packaged()
    return CaseService(
        name="criteria",
        topic=CRITERIA,
        consumes=CONSUMES["criteria"],
        state=CriteriaState,
        decide=partial(decide, DecisionReference(library, number_key(settings.lane_key))),
        reads=frozenset(
            {RequestReceived, RequestAmended, RequestCancelled, ClockStarted, ClockExtended}
        ),
        tables=CRITERIA_TABLES,
        external={REVIEWS: External(read=read_review, address=address, reject=reject)},
        reference=partial(reference, library),
    )


def number_key(lane_key: bytes) -> bytes:
    """The key of authorization numbers, derived from the platform's secret so that one key serves
    one purpose.
    """
    return hmac.digest(lane_key, b"authorization-number", "sha256")


def reference(library: Library) -> str:
    """The editions that decisions read, by the first digits of their hashes."""
    return ";".join(
        [
            f"engine={ENGINE_VERSION}",
            *(
                f"{one.ref.policy}@{one.ref.version}={one.ref.sha256[:12]}"
                for one in library.editions
            ),
        ]
    )


def read_review(ce_type: str, _headers: dict[str, str], value: bytes) -> ReviewSubmitted:
    """The review in a record; raises `Malformed` with a code.

    Unknown fields are refused: a decision must say exactly what it says.
    """
    if ce_type not in {"", ReviewSubmitted.TYPE}:
        raise Malformed("This is not a review.", code="unknown_type")
    if len(value) > MAX_REVIEW_BYTES:
        raise Malformed("The review is too large.", code="too_large")
    try:
        return ReviewSubmitted.model_validate_json(value)
    except ValidationError:
        raise Malformed("The review does not have the expected fields.", code="schema") from None


def address(review: ReviewSubmitted, _record_id: UUID) -> HomeAddress:
    """A review names its case by id, and the id says where that lives."""
    lane = lane_of(review.case_id)
    if lane >= PARTITIONS:
        raise Malformed("The review names no case.", code="unknown_case")
    return HomeAddress(lane, review.case_id)


def reject(
    _record_id: UUID, _rejection: Rejection, _raw: bytes, _received_at: datetime
) -> Outcome[CriteriaState]:
    """A review that cannot be read changes nothing; its sender was told by the HTTP interface."""
    return Outcome(None)

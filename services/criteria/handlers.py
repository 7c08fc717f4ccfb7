"""Wires criteria up: the packaged policies, the events it reads, and how clinicians' decisions come
in.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from pydantic import ValidationError

from services.criteria.decide import decide
from services.criteria.decide.reference import DecisionReference
from services.criteria.model import CriteriaState
from services.criteria.reference import FIXED, KINDS, library_of, packaged
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
from shared.events.policies import POLICIES, ReferencePublished
from shared.events.reviews import REVIEWS, CallClosed, ReevaluationRequested, ReviewSubmitted
from shared.ids import PARTITIONS, lane_of
from shared.lanes.outcome import Outcome, Received
from shared.lanes.publications import publications, taken_up
from shared.lanes.service import CaseService, External, HomeAddress, References, Rejection
from shared.lanes.state.reference import ReferenceItem
from shared.settings import Settings

MAX_REVIEW_BYTES = 65_536
ReviewCommand: TypeAlias = ReviewSubmitted | ReevaluationRequested | CallClosed
COMMANDS: dict[str, type[ReviewCommand]] = {
    "": ReviewSubmitted,
    ReviewSubmitted.TYPE: ReviewSubmitted,
    ReevaluationRequested.TYPE: ReevaluationRequested,
    CallClosed.TYPE: CallClosed,
}
"""What may be written to the topic of reviews, by type; without one it is a review."""


def service(settings: Settings) -> CaseService[CriteriaState]:
    """The criteria service: judges requests by the packaged policies, and takes clinicians'
    decisions.
    """
    made_with = number_key(settings.lane_key)

    def build(items: tuple[ReferenceItem, ...]) -> DecisionReference:
        return DecisionReference(library_of(items), made_with, items)

    references = References(KINDS, packaged, build, FIXED)

    def on_received(
        reference: DecisionReference, case: CriteriaState | None, received: Received, now: datetime
    ) -> Outcome[CriteriaState]:
        if isinstance(received.data, ReferencePublished):
            return taken_up(references, reference.items, received.data, received, now)
        return decide(reference, case, received, now)

    return CaseService(
        name="criteria",
        topic=CRITERIA,
        consumes=CONSUMES["criteria"],
        state=CriteriaState,
        decide=on_received,
        reads=frozenset(
            {RequestReceived, RequestAmended, RequestCancelled, ClockStarted, ClockExtended}
        ),
        tables=CRITERIA_TABLES,
        external={
            REVIEWS: External(read=read_review, address=address, reject=reject),
            POLICIES: publications(),
        },
        references=references,
    )


def number_key(lane_key: bytes) -> bytes:
    """The key of authorization numbers, derived from the platform's secret so that one key serves
    one purpose.
    """
    return hmac.digest(lane_key, b"authorization-number", "sha256")


def read_review(ce_type: str, _headers: dict[str, str], value: bytes) -> ReviewCommand:
    """The review, or what else people ask for, in a record; raises `Malformed` with a code.

    Unknown fields are refused: a decision must say exactly what it says.
    """
    command = COMMANDS.get(ce_type)
    if command is None:
        raise Malformed("This is not a review.", code="unknown_type")
    if len(value) > MAX_REVIEW_BYTES:
        raise Malformed("The review is too large.", code="too_large")
    try:
        return command.model_validate_json(value)
    except ValidationError:
        raise Malformed("The review does not have the expected fields.", code="schema") from None


def address(review: ReviewCommand, _record_id: UUID) -> HomeAddress:
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

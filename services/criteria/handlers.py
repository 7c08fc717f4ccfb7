"""Wires criteria up: the packaged policies, the events it reads, and how clinicians' decisions come
in.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from services.criteria.decide import decide
from services.criteria.decide.attestation import DESK_KEY, RETIREMENT, desk_keys, item_of
from services.criteria.decide.reference import DecisionReference
from services.criteria.model import CriteriaState
from services.criteria.reference import FIXED, KINDS, library_of, packaged
from services.criteria.tables import CRITERIA_TABLES
from shared.access.key_files import SECRET_BYTES
from shared.errors import Malformed
from shared.events.catalogue import CONSUMES
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
)
from shared.events.criteria import CRITERIA
from shared.events.intake import RequestAmended, RequestCancelled, RequestReceived
from shared.events.model import EventData
from shared.events.policies import POLICIES, ReferencePublished
from shared.events.reviews import (
    REVIEWS,
    CallClosed,
    InformationAskedFor,
    ReevaluationRequested,
    ReviewSubmitted,
)
from shared.ids import PARTITIONS, lane_of
from shared.instants import micros
from shared.json_bounds import admit
from shared.json_text import misfits
from shared.lanes.outcome import Outcome, Received, Row
from shared.lanes.publications import publications, taken_up
from shared.lanes.service import CaseService, External, HomeAddress, References, Rejection
from shared.lanes.state.reference import ReferenceItem
from shared.settings import Settings

MAX_REVIEW_BYTES = 65_536
ReviewCommand: TypeAlias = (
    ReviewSubmitted | InformationAskedFor | ReevaluationRequested | CallClosed
)
COMMANDS: dict[str, type[ReviewCommand]] = {
    "": ReviewSubmitted,
    ReviewSubmitted.TYPE: ReviewSubmitted,
    InformationAskedFor.TYPE: InformationAskedFor,
    ReevaluationRequested.TYPE: ReevaluationRequested,
    CallClosed.TYPE: CallClosed,
}
"""What may be written to the topic of reviews, by type; without one it is a review."""
READS: frozenset[type[EventData]] = frozenset(
    {
        RequestReceived,
        RequestAmended,
        RequestCancelled,
        ClockStarted,
        ClockExtended,
        ClockBreached,
        ClockExpired,
        ClockCorrected,
    }
)
"""What criteria acts on of intake's events."""


def service(settings: Settings) -> CaseService[CriteriaState]:
    """The criteria service: judges requests by the packaged policies, and takes clinicians'
    decisions.
    """
    key = desk_key(settings.keys.desk)
    desk = () if key is None else (item_of(key.public_key()),)

    def seeds() -> tuple[ReferenceItem, ...]:
        return (*packaged(), *desk)

    def build(items: tuple[ReferenceItem, ...]) -> DecisionReference:
        return DecisionReference(library_of(items), settings.keys.numbers, items, desk_keys(items))

    fixed = FIXED | {DESK_KEY, RETIREMENT}
    references = References(KINDS | {RETIREMENT}, seeds, build, fixed)

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
        reads=READS,
        tables=CRITERIA_TABLES,
        external={REVIEWS: reviews(), POLICIES: publications()},
        references=references,
    )


def reviews() -> External[CriteriaState]:
    """How what people ask for is read; an act on a clock is intake's."""
    return External(
        read=read_review,
        address=address,
        reject=reject,
        passes_over=ClockActSubmitted.TYPE.__eq__,
    )


def desk_key(key: bytes) -> Ed25519PrivateKey | None:
    """The key that the desk signs clinicians' commands with; none where there is no desk, and
    nothing can be refused.
    """
    return Ed25519PrivateKey.from_private_bytes(key[:SECRET_BYTES]) if key else None


def read_review(ce_type: str, _headers: dict[str, str], value: bytes) -> ReviewCommand:
    """The review, or what else people ask for, in a record; raises `Malformed` with a code.

    Unknown fields are refused: a decision must say exactly what it says.
    """
    command = COMMANDS.get(ce_type)
    if command is None:
        raise Malformed("This is not a review.", code="unknown_type")
    admit(value, MAX_REVIEW_BYTES)
    try:
        return command.model_validate_json(value)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=False, include_input=False)
        raise Malformed(
            f"The review does not have the expected fields: {misfits(errors)}.", code="schema"
        ) from None


def address(review: ReviewCommand, _record_id: UUID) -> HomeAddress:
    """A review names its case by id, and the id says where that lives."""
    lane = lane_of(review.case_id)
    if lane >= PARTITIONS:
        raise Malformed("The review names no case.", code="unknown_case")
    return HomeAddress(lane, review.case_id)


def reject(
    record_id: UUID, rejection: Rejection, raw: bytes, received_at: datetime
) -> Outcome[CriteriaState]:
    """What cannot be read decides nothing, and its sender finds out why by the record's id: no
    event, for it belongs to no case.
    """
    row = Row(
        "unreadable_review",
        {
            "record_id": record_id,
            "code": rejection.code,
            "detail": rejection.detail,
            "sha256": sha256(raw).hexdigest(),
            "size": len(raw),
            "received_at": micros(received_at),
        },
    )
    return Outcome(None, rows=(row,))

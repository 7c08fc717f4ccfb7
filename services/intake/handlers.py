"""Intake as the lane log runs it: what it reads, how a submission is addressed, and how it
decides.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from services.intake.decide import decide, refused, reject_unreadable
from services.intake.decide.answers import act_row, with_rows
from services.intake.decide.refusals import UNKNOWN_CASE
from services.intake.fhir.read import names
from services.intake.fhir.read import read as read_bundle
from services.intake.model import IntakeState, Refusal, Submission
from services.intake.reading import canonical, guard, native
from services.intake.reading.acts import read_act
from services.intake.reading.completion import completed
from services.intake.reading.plans import PayerRecords
from services.intake.reading.signatures import (
    DOOR,
    SENDER,
    SIGNATURE,
    Proofs,
    unproved,
)
from services.intake.reference import KINDS, IntakeReference, intake_reference, packaged
from services.intake.tables import INTAKE_TABLES
from shared.errors import Malformed
from shared.events.catalogue import CONSUMES
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.criteria import (
    CaseDetermined,
    EvaluationOutline,
    InformationRequested,
    LineDetermined,
)
from shared.events.intake import INTAKE
from shared.events.letters import LetterIssued, LetterRendered
from shared.events.model import EventData
from shared.events.policies import POLICIES, ReferencePublished
from shared.events.reviews import REVIEWS
from shared.events.submissions import FHIR_BUNDLE, SUBMISSIONS, AuthorizationRequestSubmitted
from shared.ids import PARTITIONS, case_id, home_partition, lane_of, member_token
from shared.lanes.outcome import Outcome, Received, TimerDue
from shared.lanes.publications import publications, taken_up
from shared.lanes.seals import SealKey
from shared.lanes.service import CaseService, External, HomeAddress, References, Rejection
from shared.settings import MAX_NATIVE_BYTES, Settings

READS: frozenset[type[EventData]] = frozenset(
    {
        EvaluationOutline,
        LineDetermined,
        CaseDetermined,
        InformationRequested,
        LetterIssued,
        LetterRendered,
    }
)
"""What intake acts on of the other services' events."""
PROOF = frozenset({SENDER, SIGNATURE, DOOR})


def service(settings: Settings) -> CaseService[IntakeState]:
    """Intake, ready for its lanes."""
    references = References(KINDS, packaged, intake_reference)
    door = SealKey(settings.keys.door)

    def on_received(
        reference: IntakeReference, state: IntakeState | None, received: Received, now: datetime
    ) -> Outcome[IntakeState]:
        if isinstance(received.data, ReferencePublished):
            return taken_up(references, reference.items, received.data, received, now)
        if isinstance(received.data, Submission) and settings.signed_submissions:
            proofs = Proofs(door, reference.senders)
            refusal = unproved(proofs, received.data, received.raw)
            if refusal is not None:
                return refused(state, received.data, refusal, received)
        known = as_known(reference.records, received)
        return with_rows(state, decide(reference.rules, state, known), received, now)

    return CaseService(
        name="intake",
        topic=INTAKE,
        consumes=CONSUMES["intake"],
        state=IntakeState,
        decide=on_received,
        reads=READS,
        tables=INTAKE_TABLES,
        external={
            SUBMISSIONS: submissions(settings),
            POLICIES: publications(),
            REVIEWS: acts(),
        },
        references=references,
    )


def as_known(records: PayerRecords, received: Received) -> Received:
    """What was received, with what the payer's own records add to a request."""
    submission = received.data
    if not isinstance(submission, Submission) or submission.request is None:
        return received
    found = completed(records, submission.request, received.received_at)
    if not found.completions:
        return received
    known = replace(submission, request=found.request, completions=found.completions)
    return received._replace(data=known)


def submissions(settings: Settings) -> External[IntakeState]:
    """How what outsiders write to `pa.submissions.v1` is read, addressed and refused; HTTP uses the
    same.
    """

    def address(submission: Submission, record: UUID) -> HomeAddress:
        if submission.amends is not None:
            return named_by_id(submission.amends)
        home = home_partition(member_token(settings.keys.routing, submission.member))
        return HomeAddress(home, case_id(record, home), submission.sought)

    return External(
        read=partial(read, max_native=settings.max_native_bytes),
        address=address,
        reject=reject,
        headers=PROOF if settings.signed_submissions else frozenset({SENDER}),
    )


def acts() -> External[IntakeState]:
    """How acts on clocks are read; whatever else is on the topic of reviews is criteria's."""

    def address(act: ClockActSubmitted, _record: UUID) -> HomeAddress:
        return named_by_id(act.case_id)

    return External(
        read=read_act,
        address=address,
        reject=reject_act,
        passes_over=ClockActSubmitted.TYPE.__ne__,
        # Intake never writes to the topic: the desk puts an act into the lane of its case.
        handed_on=False,
    )


def named_by_id(case: UUID) -> HomeAddress:
    """Where a case lives, by its id alone; `unknown_case` where no case can have that id."""
    lane = lane_of(case)
    if lane >= PARTITIONS:
        raise Malformed(UNKNOWN_CASE.detail, code=UNKNOWN_CASE.code)
    return HomeAddress(lane, case)


def read(
    ce_type: str, headers: dict[str, str], value: bytes, max_native: int = MAX_NATIVE_BYTES
) -> Submission:
    """The submission in a record; `Malformed` with a code when there is none. `max_native` is how
    many bytes a native request may have.

    A record without a type is taken for a FHIR bundle if it speaks of a `resourceType`, else for a
    native request.
    """
    if ce_type not in ("", FHIR_BUNDLE, AuthorizationRequestSubmitted.TYPE):
        raise Malformed("The submission's ce_type is not known.", code="unknown_type")
    if ce_type == FHIR_BUNDLE or (not ce_type and b'"resourceType"' in value):
        content = guard.parse(value, names)
        submission = read_bundle(content, headers.get(SENDER, ""))
        if submission.request is not None:
            canonical.written(submission.request)
        return _proved(submission, headers)
    return _proved(native.read(value, max_native), headers)


def _proved(submission: Submission, headers: dict[str, str]) -> Submission:
    """The submission with what shows whose it is."""
    proof = {name: headers[name] for name in PROOF if name in headers}
    return replace(submission, proof=proof) if proof else submission


def reject(
    record: UUID, rejection: Rejection, raw: bytes, received_at: datetime
) -> Outcome[IntakeState]:
    """The answer to a record that could not be read."""
    unread = Received(record, record, "", TimerDue("", received_at), received_at, received_at, raw)
    return reject_unreadable(unread, Refusal(rejection.code, rejection.detail))


def reject_act(
    record: UUID, rejection: Rejection, _raw: bytes, received_at: datetime
) -> Outcome[IntakeState]:
    """An act that cannot be read changes nothing, and its writer finds out why by the record's id,
    which stands for case and key: no event, for it belongs to no case.
    """
    answer = (rejection.code, rejection.detail)
    return Outcome(None, rows=(act_row((record, str(record)), "", answer, received_at),))

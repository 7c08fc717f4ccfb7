"""What can be asked of a service, by name, and how a principal stands to what it is asked about."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """How a principal stands to a case: it speaks for the sender (`own`), was given the work
    (`assigned`), or neither (`any`, which a grant writes for all of them).
    """

    OWN = "own"
    ASSIGNED = "assigned"
    ANY = "any"


class Action(StrEnum):
    """What a route does; `permissions.yaml` says who may."""

    SUBMIT = "submit"
    READ_SUBMISSION = "read_submission"
    READ_CASE = "read_case"
    READ_APPEALS = "read_appeals"
    READ_CLOCKS = "read_clocks"
    READ_CLOCK_ACT = "read_clock_act"
    READ_EVALUATION = "read_evaluation"
    READ_WORKLIST = "read_worklist"
    READ_REVIEW = "read_review"
    READ_UNREADABLE_REVIEW = "read_unreadable_review"
    READ_EVALUATION_FAILURES = "read_evaluation_failures"
    REEVALUATE = "reevaluate"
    READ_REEVALUATION = "read_reevaluation"
    CLOSE_CALL = "close_call"
    READ_CALL = "read_call"
    COMMAND = "command"
    APPROVE = "approve"
    ASK = "ask"
    REFUSE = "refuse"
    EXTEND = "extend"
    EXPEDITE = "expedite"
    REFUSE_EXPEDITE = "refuse_expedite"
    ORAL_NOTICE = "oral_notice"
    MAILED = "mailed"
    CORRECT_RECEIPT = "correct_receipt"
    INFORMATION_RECEIVED = "information_received"
    READ_LETTERS = "read_letters"
    READ_LETTER_DOCUMENT = "read_letter_document"
    READ_TIMELINE = "read_timeline"
    READ_ACCESSES = "read_accesses"
    READ_LOG = "read_log"
    READ_PROOF = "read_proof"
    VERIFY_LOG = "verify_log"
    READ_LANES = "read_lanes"
    READ_METRICS = "read_metrics"
    READ_PARKED = "read_parked"
    READ_PARKED_CONTENT = "read_parked_content"
    REQUEUE_PARKED = "requeue_parked"
    READ_REFERENCE = "read_reference"
    PUBLISH_REFERENCE = "publish_reference"
    READ_INTERFACE = "read_interface"

"""An evaluation that an exception ended: what is kept of it, and who it counts against."""

from __future__ import annotations

import hashlib
import traceback
from datetime import datetime
from uuid import UUID

from services.criteria.engine.answer.evaluate import ENGINE_VERSION
from services.criteria.model import CriteriaState, EvaluationFailure
from shared.events.intake import Accepted, RequestAmended, RequestReceived
from shared.instants import micros
from shared.lanes.outcome import Row

OURS = frozenset({"services", "shared"})


def failure_of(
    error: Exception, accepted: Accepted, cause: UUID, now: datetime
) -> EvaluationFailure:
    """What is kept of the exception: enough to find the fault, and to evaluate the request again
    once it is mended.
    """
    return EvaluationFailure(
        cause=cause,
        error=type(error).__name__,
        place=place_of(error),
        engine_version=ENGINE_VERSION,
        failed_at=now,
        type=accepted.TYPE,
        accepted=accepted.model_dump_json(exclude_defaults=True),
    )


def place_of(error: Exception) -> str:
    """File and line of our own code that was running: `services/criteria/decide/lines.py:12`."""
    place = ""
    # By the module's name: the file's says on which machine, and how the module was compiled.
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in OURS:
            place = f"{module.replace('.', '/')}.py:{line}"
    return place


def accepted_of(failure: EvaluationFailure, due_at: datetime | None) -> Accepted:
    """The request that could not be evaluated, as it would come now: with the regulatory clock as
    it stands.
    """
    event = RequestReceived if failure.type == RequestReceived.TYPE else RequestAmended
    accepted = event.model_validate_json(failure.accepted)
    listed_at = due_at or accepted.target_at or accepted.due_at
    return accepted.model_copy(update={"target_at": listed_at})


def sender_token(sender: str) -> str:
    """A sender in a form that names nobody, for counting how many different ones there are."""
    return hashlib.sha256(sender.encode()).hexdigest()[:16]


def failure_row(case_id: UUID, case: CriteriaState, failure: EvaluationFailure) -> Row:
    """The failure as the service lists it; `is_open` says whether the version is the case's newest
    and has not been evaluated since.
    """
    values = {
        "case_id": case_id,
        "cause": failure.cause,
        "request_version": case.version,
        "error": failure.error,
        "place": failure.place,
        "engine_version": failure.engine_version,
        "failed_at": micros(failure.failed_at),
        "is_open": case.failure is not None,
    }
    return Row("evaluation_failure", values)


def mended(case_id: UUID, before: CriteriaState | None) -> tuple[Row, ...]:
    """The row of a failure that is over: its version was evaluated, replaced or withdrawn."""
    if before is None or before.failure is None:
        return ()
    over = before.model_copy(update={"failure": None})
    return (failure_row(case_id, over, before.failure),)

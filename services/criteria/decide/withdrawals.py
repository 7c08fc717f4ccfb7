"""A request was withdrawn: nothing is evaluated."""

from __future__ import annotations

from services.criteria.decide import calls
from services.criteria.decide.determinations import (
    case_determined,
    determined,
    line_row,
    worklist_row,
)
from services.criteria.decide.failed.failures import mended
from services.criteria.decide.lines import withdrawn
from services.criteria.model import CriteriaState
from shared.events.criteria import Determination
from shared.events.intake import RequestCancelled
from shared.lanes.outcome import Outcome, Received


def cancelled(
    case: CriteriaState | None, withdrawal: RequestCancelled, received: Received
) -> Outcome[CriteriaState]:
    """The sender withdrew the request: every line that was not withdrawn before is cancelled by the
    sender.
    """
    if case is None or case.withdrawn:
        return Outcome(case)
    lines = tuple(withdrawn(line) for line in case.lines)
    made = case.model_copy(
        update={
            "lines": lines,
            "withdrawn": True,
            "version": max(case.version, withdrawal.version),
            "failure": None,
            "calls": calls.withdrawn(case.calls),
        }
    )
    new = [
        line
        for line, old in zip(lines, case.lines, strict=True)
        if old.summary.determination is not Determination.CANCELLED
    ]
    waited = {line.sequence for line in case.lines if case.why_listed(line)}
    outcome = Outcome(
        made,
        events=(*(determined(line, case.evaluation_id) for line in new), case_determined(made)),
        rows=(
            *(line_row(received.case_id, line, withdrawal.received_at) for line in new),
            *(worklist_row(received.case_id, made, one) for one in lines if one.sequence in waited),
            *mended(received.case_id, case),
        ),
    )
    return calls.listed(outcome, case, received.case_id)

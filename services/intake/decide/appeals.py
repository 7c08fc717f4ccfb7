"""A request like one that was refused: it is a new case, and may be an appeal of the former one."""

from __future__ import annotations

from uuid import UUID

from services.intake.clocks.appeals import answer_due
from services.intake.clocks.record import RefusedVersion
from services.intake.clocks.rules import RuleTable
from services.intake.decide.versions import Asked, opened
from services.intake.model import ADVERSE, IntakeState, Submission
from shared.ids import case_id, lane_of
from shared.instants import micros
from shared.lanes.outcome import NewCase, Outcome, Received, Row


def refusal_noted(outcome: Outcome[IntakeState], received: Received) -> Outcome[IntakeState]:
    """The outcome with the newest version among the refused ones while a line of it is refused in
    whole or in part.
    """
    state = outcome.state
    if state is None or state.cancelled:
        return outcome
    newest = state.versions[-1].content_sha256
    refused = any(one.determination in ADVERSE for one in state.lines)
    if refused == (state.refused_at(newest) is not None):
        return outcome
    others = tuple(one for one in state.refused if one.content_sha256 != newest)
    also = (RefusedVersion(content_sha256=newest, at=received.time),) if refused else ()
    return outcome._replace(state=state.model_copy(update={"refused": (*others, *also)}))


def asks_again(state: IntakeState, submission: Submission) -> bool:
    """Whether a submission that the case holds asks for what was refused, and not for a change of
    this very case.
    """
    return submission.amends is None and state.refused_at(submission.content_sha256) is not None


def asked_again(
    rules: RuleTable, state: IntakeState, asked: Asked, received: Received
) -> Outcome[IntakeState]:
    """A case of its own for what was refused before, with clocks from this receipt. The names that
    both have lead to the new case from now on: sent once more, it is a repeat of that one.
    """
    submission = asked[0]
    new = case_id(received.id, lane_of(received.case_id))
    outcome = opened(
        rules,
        asked,
        received._replace(case_id=new),
        resembles=received.case_id,
        refused_before=state.refused_at(submission.content_sha256),
    )
    passed = tuple(name for name in state.names if name in submission.names)
    kept = tuple(name for name in state.names if name not in passed)
    return Outcome(
        state.model_copy(update={"names": kept}),
        forgotten=passed,
        anew=NewCase(new, listed(rules, None, outcome, new)),
    )


def listed(
    rules: RuleTable, before: IntakeState | None, outcome: Outcome[IntakeState], case: UUID
) -> Outcome[IntakeState]:
    """The outcome with the case's row in the list of appeals, where that is new or has changed."""
    row = _row(rules, outcome.state, case)
    if row is None or row == _row(rules, before, case):
        return outcome
    return outcome._replace(rows=(*outcome.rows, row))


def _row(rules: RuleTable, state: IntakeState | None, case: UUID) -> Row | None:
    """A case's row in the list of appeals, if it belongs there: open until every line is
    decided.
    """
    if state is None or state.resembles is None:
        return None
    received_at = state.versions[0].received_at
    due = answer_due(rules.appeals, state.line_of_business, state.urgency, received_at)
    values = {
        "case_id": case,
        "former_case_id": state.resembles,
        "received_at": micros(received_at),
        "due_at": None if due is None else micros(due),
        "is_open": not state.cancelled and any(line.open for line in state.lines),
    }
    return Row("appeal", values)

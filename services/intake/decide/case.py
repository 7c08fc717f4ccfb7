"""One decision per thing received: submissions, acts of people on the clocks, what criteria found,
what letters sent, and the clocks' timers.
"""

from __future__ import annotations

from datetime import datetime

from services.intake.clocks import running
from services.intake.clocks.rules import RuleTable
from services.intake.decide import appeals, duties, ending, finals
from services.intake.decide.acts import on_act, on_requested
from services.intake.decide.letters import on_letter_issued, on_letter_rendered
from services.intake.decide.lines import determined, refuse_unknown, whole
from services.intake.decide.submission import on_submission
from services.intake.model import IntakeState, Submission
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.criteria import (
    CaseDetermined,
    EvaluationOutline,
    InformationRequested,
    LineDetermined,
)
from shared.events.letters import LetterIssued, LetterRendered
from shared.events.request import Urgency, faster
from shared.lanes.outcome import Outcome, Received, TimerDue


def decide(rules: RuleTable, state: IntakeState | None, received: Received) -> Outcome[IntakeState]:
    """What follows from `received` for a case; an event about a case that intake does not hold
    changes nothing.
    """
    if isinstance(received.data, Submission):
        outcome = on_submission(rules, state, received.data, received)
    elif isinstance(received.data, ClockActSubmitted):
        outcome = on_act(rules, state, received.data, received)
    elif state is None:
        return Outcome(None)
    else:
        outcome = _on_event(rules, state, received)
    noted = appeals.refusal_noted(outcome, received)
    return ending.timed(rules, state, appeals.listed(rules, state, noted, received.case_id))


def _on_event(rules: RuleTable, state: IntakeState, received: Received) -> Outcome[IntakeState]:
    """What an event of another service, or a timer, means for the case."""
    match received.data:
        case (
            EvaluationOutline() | LineDetermined() | CaseDetermined() | InformationRequested()
        ) as event:
            return _on_criteria(rules, state, event, received)
        case LetterIssued() as event:
            return duties.measured(rules, Outcome(on_letter_issued(state, event)))
        case LetterRendered() as event:
            return duties.measured(rules, Outcome(on_letter_rendered(state, event, received.time)))
        case TimerDue(kind=kind) as timer if running.clock_of(kind) is not None:
            return duties.on_clock_due(rules, state, timer)
        case TimerDue(kind=ending.OVER) as timer:
            return ending.on_over(rules, state, timer)
        case _:
            return Outcome(state)


def _on_criteria(
    rules: RuleTable,
    state: IntakeState,
    event: EvaluationOutline | LineDetermined | CaseDetermined | InformationRequested,
    received: Received,
) -> Outcome[IntakeState]:
    """What an evaluation, a determination or a question means for the case."""
    if isinstance(event, InformationRequested):
        return on_requested(rules, state, event, received.time)
    refuse_unknown(event)
    match event:
        case EvaluationOutline():
            return on_criteria_evaluated(rules, state, event, received.time)
        case LineDetermined():
            return on_line_determined(state, event, received.time)
        case CaseDetermined():
            return on_case_determined(rules, state, event, received)


def on_criteria_evaluated(
    rules: RuleTable, state: IntakeState, event: EvaluationOutline, at: datetime
) -> Outcome[IntakeState]:
    """Remembers which evaluation is the newest; a finding may raise the urgency, and with it the
    clock.
    """
    seen = state.model_copy(
        update={
            "evaluation_id": event.evaluation_id,
            "evaluated_version": event.request_version,
            "advisories": event.advisories,
            "questions": event.questions,
        }
    )
    return raise_urgency(rules, seen, event, at)


def on_line_determined(
    state: IntakeState, event: LineDetermined, at: datetime
) -> Outcome[IntakeState]:
    """Records a line's determination, unless it judges a version that has been amended since."""
    if event.evaluation_id == state.evaluation_id and state.evaluated_version < state.version:
        return Outcome(state)
    lines = tuple(
        determined(one, event, at) if one.line.sequence == event.sequence else one
        for one in state.lines
    )
    return Outcome(finals.reopened(state.model_copy(update={"lines": lines}), at))


def on_case_determined(
    rules: RuleTable, state: IntakeState, event: CaseDetermined, received: Received
) -> Outcome[IntakeState]:
    """Records the determination of the newest version, line by line, and stops the clocks that it
    meets; that of an older version changes nothing but the urgency.
    """
    if event.request_version != state.version:
        older = finals.noted(state, event, received)
        return raise_urgency(rules, older, event, received.time)
    summaries = {one.sequence: one for one in event.lines}
    known = state.model_copy(
        update={
            "lines": tuple(
                determined(one, summaries.get(one.line.sequence), received.time)
                for one in state.lines
            ),
            "determination": whole(event),
            "determined_version": event.request_version,
            "advisories": event.advisories or state.advisories,
            "questions": event.questions,
            "notification": event.notification,
        }
    )
    noted = finals.noted(known, event, received)
    raised = raise_urgency(rules, noted, event, received.time)
    if event.questions and raised.state is not None:
        raised = duties.start(raised, duties.missing(rules, raised.state))
    return duties.measured(rules, duties.decided(rules, state, raised))


def raise_urgency(
    rules: RuleTable,
    state: IntakeState,
    event: EvaluationOutline | CaseDetermined,
    at: datetime,
) -> Outcome[IntakeState]:
    """The case at the faster of its own urgency and the one found; the clock follows where the
    stricter rule comes due earlier. What only repeats what was refused raises nothing, but what a
    policy or triage finds does: nobody has refused that.
    """
    urgency, found = event.urgency, event.urgency_found
    if state.refused_faster and urgency is Urgency.EXPEDITED and found is None:
        return Outcome(state)
    if found is not None and not state.supported:
        state = state.model_copy(update={"supported": True})
    raised = faster(state.urgency, faster(urgency, found or urgency))
    if raised is state.urgency:
        return Outcome(state)
    clocked = state.clocked.model_copy(update={"urgency": raised})
    changes = {"urgency": raised, "clocked": clocked, "supported": True, "refused_faster": False}
    return duties.tightened(rules, Outcome(state.model_copy(update=changes)), at)

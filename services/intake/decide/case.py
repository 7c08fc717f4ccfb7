"""One decision per thing received: submissions, what criteria found, what letters sent, and the
clock's timer.
"""

from __future__ import annotations

from services.intake.clocks import running
from services.intake.clocks.rules import RuleTable
from services.intake.decide import appeals, ending
from services.intake.decide.lines import determined, refuse_unknown, whole
from services.intake.decide.submission import on_submission
from services.intake.decide.versions import clocked_of
from services.intake.model import IntakeState, Letter, Submission
from shared.events import adverse
from shared.events.criteria import (
    CaseDetermined,
    EvaluationOutline,
    LineDetermined,
)
from shared.events.letters import LetterIssued, LetterKind, LetterRendered
from shared.events.request import Urgency, faster
from shared.lanes.outcome import Emit, Outcome, Received, Timer, TimerDue


def decide(rules: RuleTable, state: IntakeState | None, received: Received) -> Outcome[IntakeState]:
    """What follows from `received` for a case; an event about a case that intake does not hold
    changes nothing.
    """
    if isinstance(received.data, Submission):
        outcome = on_submission(rules, state, received.data, received)
    elif state is None:
        return Outcome(None)
    else:
        outcome = _on_event(rules, state, received)
    noted = appeals.refusal_noted(outcome, received)
    return ending.timed(rules, state, appeals.listed(rules, state, noted, received.case_id))


def _on_event(rules: RuleTable, state: IntakeState, received: Received) -> Outcome[IntakeState]:
    """What an event of another service, or a timer, means for the case."""
    match received.data:
        case EvaluationOutline() | LineDetermined() | CaseDetermined() as event:
            return _on_criteria(rules, state, event)
        case LetterIssued() | LetterRendered() as event:
            return (
                on_letter_issued(state, event)
                if isinstance(event, LetterIssued)
                else on_letter_rendered(state, event)
            )
        case TimerDue(kind=running.TIMER) as timer:
            return on_clock_due(state, timer)
        case TimerDue(kind=ending.OVER) as timer:
            return ending.on_over(rules, state, timer)
        case _:
            return Outcome(state)


def _on_criteria(
    rules: RuleTable, state: IntakeState, event: EvaluationOutline | LineDetermined | CaseDetermined
) -> Outcome[IntakeState]:
    """What an evaluation or a determination means for the case."""
    refuse_unknown(event)
    match event:
        case EvaluationOutline():
            return on_criteria_evaluated(rules, state, event)
        case LineDetermined():
            return on_line_determined(state, event)
        case CaseDetermined():
            return on_case_determined(rules, state, event)


def on_criteria_evaluated(
    rules: RuleTable, state: IntakeState, event: EvaluationOutline
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
    return raise_urgency(rules, seen, event.urgency)


def on_line_determined(state: IntakeState, event: LineDetermined) -> Outcome[IntakeState]:
    """Records a line's determination, unless it judges a version that has been amended since."""
    if event.evaluation_id == state.evaluation_id and state.evaluated_version < state.version:
        return Outcome(state)
    lines = tuple(
        determined(one, event) if one.line.sequence == event.sequence else one
        for one in state.lines
    )
    return Outcome(state.model_copy(update={"lines": lines}))


def on_case_determined(
    rules: RuleTable, state: IntakeState, event: CaseDetermined
) -> Outcome[IntakeState]:
    """Records the determination of the newest version, line by line; that of an older version
    changes nothing but the urgency.
    """
    if event.request_version != state.version:
        return raise_urgency(rules, state, event.urgency)
    summaries = {one.sequence: one for one in event.lines}
    known = state.model_copy(
        update={
            "lines": tuple(
                determined(one, summaries.get(one.line.sequence)) for one in state.lines
            ),
            "determination": whole(event),
            "determined_version": event.request_version,
            "advisories": event.advisories or state.advisories,
            "questions": event.questions,
            "notification": event.notification,
        }
    )
    return raise_urgency(rules, known, event.urgency)


def on_letter_issued(state: IntakeState, event: LetterIssued) -> Outcome[IntakeState]:
    """Records a notice.

    One that tells the final determination of every line ends the duty; one that tells of pended
    lines does not, nor does one of a kind or to an audience that this version does not know.
    """
    adverse.refuse_unknown(event.codes, event.basis)
    letter = Letter(
        letter_id=event.letter_id,
        kind=event.kind,
        audience=event.audience,
        language=event.language,
        issued_at=event.issued_at,
    )
    known = any(one.letter_id == event.letter_id for one in state.letters)
    noted = state if known else state.model_copy(update={"letters": (*state.letters, letter)})
    if (
        not tells_an_end(event)
        or state.clock.stopped_at is not None
        or any(line.open for line in state.lines)
    ):
        return Outcome(noted)
    clock, stopped = running.stop(state.clock, event.issued_at)
    return Outcome(
        noted.model_copy(update={"clock": clock}), (Emit(stopped),), (Timer(running.TIMER, None),)
    )


def tells_an_end(event: LetterIssued) -> bool:
    """Whether a notice can end the duty by what it tells and whom."""
    return event.kind.is_known and event.kind is not LetterKind.PENDED and event.audience.is_known


def on_letter_rendered(state: IntakeState, event: LetterRendered) -> Outcome[IntakeState]:
    """Records which documents a letter has."""
    letters = tuple(
        one.model_copy(update={"documents": event.documents})
        if one.letter_id == event.letter_id
        else one
        for one in state.letters
    )
    return Outcome(state.model_copy(update={"letters": letters}))


def on_clock_due(state: IntakeState, timer: TimerDue) -> Outcome[IntakeState]:
    """Tells of a duty that was not done in time; it decides nothing."""
    breached = running.breach(state.clock, timer.due_at)
    if breached is None:
        return Outcome(state)
    clock, event = breached
    return Outcome(state.model_copy(update={"clock": clock}), (Emit(event),))


def raise_urgency(rules: RuleTable, state: IntakeState, urgency: Urgency) -> Outcome[IntakeState]:
    """The case at the faster of its own urgency and the one found; the clock follows where the
    stricter rule comes due earlier.
    """
    raised = faster(state.urgency, urgency)
    if raised is state.urgency:
        return Outcome(state)
    hurried = state.model_copy(update={"urgency": raised})
    clock = running.tighten(rules, state.clock, clocked_of(hurried))
    if clock is None or state.cancelled:
        return Outcome(hurried)
    return Outcome(
        hurried.model_copy(update={"clock": clock}),
        (Emit(running.started(clock)),),
        (Timer(running.TIMER, clock.due_at),),
    )

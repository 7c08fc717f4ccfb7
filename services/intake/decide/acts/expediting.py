"""A request that is asked to be faster, and one that goes on as a standard one."""

from __future__ import annotations

from services.intake.clocks import running, stricter
from services.intake.clocks.due import due
from services.intake.clocks.record import in_time
from services.intake.clocks.rules import RuleTable
from services.intake.decide import duties
from services.intake.decide.acts.acting import Acting
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    ActDeclineCode,
    Expedite,
    RefuseExpedite,
)
from shared.events.clocks.duties import ExpediteRefused
from shared.events.request import Urgency, faster
from shared.lanes.outcome import Outcome


def on_expedite(
    rules: RuleTable, state: IntakeState, act: Expedite, _: Acting
) -> Outcome[IntakeState] | ActDeclineCode:
    """The case expedited, as the member or a physician asks: a physician's word binds (42 CFR
    422.570(c)(2)(ii)), and nobody lowers it again. Who asked before the receipt on record asked at
    once.
    """
    clock = state.clock
    if not clock.running:
        return ActDeclineCode.NOT_RUNNING
    asked_at = max(act.asked_at, clock.started_at)
    by_physician = act.asked_by == "physician"
    raised = faster(state.urgency, Urgency.EXPEDITED)
    changes = {
        "urgency": raised,
        "clocked": state.clocked.model_copy(update={"urgency": raised}),
        "supported": state.supported or by_physician,
        "asked_faster": state.asked_faster or not by_physician,
        "refused_faster": False,
    }
    return duties.tightened(rules, Outcome(state.model_copy(update=changes)), asked_at)


def on_refuse(
    rules: RuleTable, state: IntakeState, act: RefuseExpedite, by: Acting
) -> Outcome[IntakeState] | ActDeclineCode:
    """The case as a standard one, with its clock from the original receipt (42 CFR 422.570(d));
    only where the member alone asked that it be faster.
    """
    clock = state.clock
    if not clock.running:
        return ActDeclineCode.NOT_RUNNING
    if state.urgency is Urgency.STANDARD:
        return ActDeclineCode.NOT_EXPEDITED
    if state.supported or state.urgency is Urgency.EMERGENCY:
        return ActDeclineCode.PHYSICIAN_ASKED
    if not state.asked_faster:
        return ActDeclineCode.NOT_EXPEDITED
    if clock.breached or not in_time(clock, by.now):
        return ActDeclineCode.TOO_LATE
    slower = state.clocked.model_copy(update={"urgency": Urgency.STANDARD})
    standard = running.begun(due(rules, slower, clock.started_at), slower, clock.started_at)
    after = stricter.as_before(rules, clock, standard, slower)
    changes = {
        "urgency": Urgency.STANDARD,
        "clocked": slower,
        "asked_faster": False,
        "refused_faster": True,
    }
    event = ExpediteRefused(refused_at=by.acted_at, by=by.submitted.by, words=act.words)
    slowed = duties.changed(
        Outcome(state.model_copy(update=changes)), clock, after, event, running.started(after)
    )
    return duties.measured(rules, duties.slowed(rules, slowed, by.now))

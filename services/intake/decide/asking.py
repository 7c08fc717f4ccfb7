"""How fast a request asks to be decided, and on whose word."""

from __future__ import annotations

from services.intake.clocks.asked import clocked_from
from services.intake.clocks.clocked import Clocked
from services.intake.model import IntakeState
from shared.events.intake import Channel
from shared.events.request import AuthorizationRequest, Urgency, faster


def clocked(request: AuthorizationRequest, channel: Channel, urgency: Urgency) -> Clocked:
    """What of the request decides its clocks, as urgent as its case is."""
    found = clocked_from(request, channel)
    return found if found.urgency is urgency else found.model_copy(update={"urgency": urgency})


def urgency(state: IntakeState, request: AuthorizationRequest) -> Urgency:
    """How urgent the case is with a newer version: never less than before."""
    return faster(state.urgency, request.urgency)


def asked_faster(request: AuthorizationRequest) -> dict[str, bool]:
    """Who says that it is urgent: a provider's word counts as a physician's."""
    return {} if request.urgency is Urgency.STANDARD else {"supported": True}

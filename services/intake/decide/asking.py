"""How fast a request asks to be decided, and on whose word."""

from __future__ import annotations

from services.intake.clocks.asked import clocked_from
from services.intake.clocks.clocked import Clocked
from services.intake.model import IntakeState
from shared.events.intake import Channel
from shared.events.request import Asker, AuthorizationRequest, Urgency, faster


def clocked(request: AuthorizationRequest, channel: Channel, urgency: Urgency) -> Clocked:
    """What of the request decides its clocks, as urgent as its case is."""
    found = clocked_from(request, channel)
    return found if found.urgency is urgency else found.model_copy(update={"urgency": urgency})


def urgency(state: IntakeState, request: AuthorizationRequest) -> Urgency:
    """How urgent the case is with a newer version: never less than before. What a member asks for
    again that was refused them raises nothing.
    """
    again = state.refused_faster and by_member(request) and request.urgency is Urgency.EXPEDITED
    return state.urgency if again else faster(state.urgency, request.urgency)


def asked_faster(request: AuthorizationRequest, *, refused: bool = False) -> dict[str, bool]:
    """Who says that it is urgent: a provider's word counts as a physician's, and takes back what
    was `refused` the member.
    """
    if request.urgency is Urgency.STANDARD:
        return {}
    if by_member(request):
        return {} if refused else {"asked_faster": True}
    return {"supported": True, "refused_faster": False}


def by_member(request: AuthorizationRequest) -> bool:
    """Whether the member asks, or who stands for them."""
    return request.asker in (Asker.MEMBER, Asker.REPRESENTATIVE)

"""The facts of the request itself, which every policy may name and no vocabulary declares."""

from __future__ import annotations

from typing import Any, Final

from services.criteria.engine.language.vocabulary_spec import Kind, PathSpec
from shared.body.places import PLACES
from shared.events.request import LineOfBusiness, Sex

REQUEST: Final = "request"
"""How such a fact is derived: nobody sends it, and nothing sent stands in its place."""
_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE
NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
STATES: Final = frozenset(_STATES.split())
"""The states, the district and the territories, as USPS writes them."""
BUSINESSES: Final = tuple(
    one.value for one in LineOfBusiness.known() if one is not LineOfBusiness.UNKNOWN
)
SEXES: Final = tuple(one.value for one in Sex if one is not Sex.UNKNOWN)


def _spec(kind: Kind, ask: str, **more: Any) -> PathSpec:
    return PathSpec(type=kind, ask=ask, derive=REQUEST, units={}, **more)


REQUEST_FACTS: dict[str, PathSpec] = {
    "request.business": _spec("choice", "Which kind of plan is the member in?", allowed=BUSINESSES),
    "request.state": _spec(
        "choice", "In which state does the member live?", allowed=tuple(sorted(STATES))
    ),
    "request.site": _spec(
        "choice", "Where is the service to take place?", allowed=tuple(PLACES), of="line"
    ),
    "member.sex": _spec("choice", "Which sex does the plan have on record?", allowed=SEXES),
    "member.age": _spec("number", "When was the patient born?", unit="years", step=1),
    "line.units": _spec("number", "How many units of each code are asked for?", step=1, of="line"),
    "line.codes": _spec("set", "Which codes are asked for?", of="line"),
    "line.modifiers": _spec("set", "Which modifiers do the codes have?", of="line"),
    "others.codes": _spec("set", "Which codes do the other lines ask for?", of="line"),
    "others.services": _spec("set", "Which services do the other lines ask for?", of="line"),
}
"""By path. Sets without `allowed` hold whatever a request names, and are complete as they are."""

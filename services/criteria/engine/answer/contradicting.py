"""Which of the contradictions that a vocabulary knows a request holds."""

from __future__ import annotations

from services.criteria.engine.language.contradiction import ContradictionRule, Side
from services.criteria.engine.logic.values import MET
from services.criteria.engine.runtime.facts import Facts
from shared.body.codes import plain_code
from shared.events.request import AuthorizationRequest


def contradictions(
    rules: tuple[ContradictionRule, ...], member: Facts, request: AuthorizationRequest
) -> tuple[ContradictionRule, ...]:
    """The rules of which every side is said of the member or diagnosed on a line."""
    said = [
        one
        for one in rules
        if one.first in member and all(_said(side, member) for side in one.of_facts)
    ]
    if not said:
        return ()
    lines = [line for line in request.lines if not line.cancelled]
    codes = frozenset([plain_code(code) for line in lines for code in line.diagnoses])
    return tuple([one for one in said if all(side.diagnosed(codes) for side in one.of_codes)])


def _said(side: Side, member: Facts) -> bool:
    known = member.get(side.fact)
    test = side.test
    if known is None or known.value is None or test is None:
        return False
    return test(known.value) == MET

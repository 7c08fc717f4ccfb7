"""Whether every interspace of a line is affected: each lies in an item that counts."""

from __future__ import annotations

from services.criteria.engine.language.derived_spec import ListWhere
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.derivations import Derivation
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope
from shared.body.spine import Segment

VALUES = {MET: True, NOT_MET: False, UNKNOWN: frozenset({True, False})}


def every_interspace(
    path: str, spec: ListWhere, where: CompiledNode, asks: tuple[str, ...]
) -> Derivation:
    """Whether an item that counts holds both vertebrae of each interspace; doubtful items and an
    open list leave it uncertain. A line of one vertebra has no interspace, and nothing is said.
    """

    def run(scope: EvaluationScope, segment: Segment | None) -> KnownFact | None:
        if segment is None or segment.top == segment.bottom:
            return None
        items = scope.lists[spec.list]
        counted = [(min(where.run(item).state, item.inside), item) for item in items.scopes]
        closed = items.closed or (spec.assume_closed and scope.trusting)
        known = KnownFact(
            path,
            VALUES[
                min(
                    max(_affected(at, counted), NOT_MET if closed else UNKNOWN)
                    for at in range(segment.top, segment.bottom)
                )
            ],
        )
        if not isinstance(known.value, bool):
            doubtful = [item.subject for state, item in counted if state == UNKNOWN]
            known.asks = tuple((ask, subject) for subject in doubtful for ask in asks)
            if not (closed or known.asks):
                known.asks = ((spec.list, None),)
        return known

    return run


def _affected(at: int, counted: list[tuple[int, EvaluationScope]]) -> int:
    """Whether the interspace below this level lies in an item; one whose levels are not known may
    hold it.
    """
    found = NOT_MET
    for state, item in counted:
        if item.span is None:
            found = max(found, min(state, UNKNOWN))
        elif item.span.holds_all(Segment(at, at + 1)):
            found = max(found, state)
    return found

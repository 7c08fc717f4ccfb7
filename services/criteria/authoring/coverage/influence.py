"""An evaluated line as a net of spots, in which one state can be forced to see what it would
change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.criteria.engine.answer.judge import Judged, advises, holds
from services.criteria.engine.edition.branches import met
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import EvaluationScope, Items, PolicyNode, Result

ITEM, LISTS = "item", {"some", "every"}


class InfluencePoint:
    """One node of the policy as one line (inside a list: as one item) saw it."""

    __slots__ = ("below", "closed", "every", "inside", "mark", "parents", "state")

    def __init__(self, mark: PolicyNode, state: int) -> None:
        self.mark, self.state = mark, state
        self.below: list[InfluencePoint] = []
        self.parents: list[InfluencePoint] = []
        self.inside, self.closed, self.every = MET, True, False

    def adopt(self, child: InfluencePoint) -> None:
        """Makes `child` a member of this spot."""
        self.below.append(child)
        child.parents.append(self)


class InfluenceGraph:
    """All spots of a judged line; what others refer to is one spot, wherever it is shown.

    `outputs` are what the line's answer is made of.
    """

    def __init__(self, judged: Judged) -> None:
        self.spots: list[InfluencePoint] = []
        self.shared: dict[PolicyNode, InfluencePoint] = {}
        self.judged = judged
        edition, scope = judged.edition, judged.scope
        results = [
            judged.root,
            *(result for _, result in judged.guards),
            *(result for _, result in judged.citations),
            *(result for _, result in met(edition, scope)),
        ]
        results += [
            tree.run(scope) for tree in (edition.urgency, edition.review) if tree is not None
        ]
        self.outputs = [self.grow(result, scope, inside_item=False) for result in results]

    def grow(self, result: Result, scope: EvaluationScope, *, inside_item: bool) -> InfluencePoint:
        """The spot of a result with all that is below it."""
        mark = result.mark
        if not inside_item and mark in self.shared:
            return self.shared[mark]
        spot = InfluencePoint(mark, result.state)
        self.spots.append(spot)
        if not inside_item:
            self.shared[mark] = spot
        if mark.kind in LISTS:
            self._items(spot, result.below, scope.lists[mark.path])
        else:
            for one in result.below:
                spot.adopt(self.grow(one, scope, inside_item=inside_item and mark.kind != "ref"))
        return spot

    def _items(self, spot: InfluencePoint, results: Iterable[Result], items: Items) -> None:
        spot.closed = items.closed
        for result, item in zip(results, items.scopes, strict=True):
            found = self.grow(result, item, inside_item=True)
            found.inside, found.every = item.inside, spot.mark.kind == "every"
            spot.adopt(found)

    def forced(self, spot: InfluencePoint, state: int) -> dict[InfluencePoint, int]:
        """Every spot whose state would be another one if this spot had this state."""
        changed = {spot: state}
        todo = list(spot.parents)
        while todo:
            above = todo.pop()
            if above is spot:
                continue
            new = restated(above, changed)
            if new != changed.get(above, above.state):
                changed[above] = new
                todo.extend(above.parents)
        return {one: new for one, new in changed.items() if new != one.state}

    def answers(self, changed: dict[InfluencePoint, int]) -> tuple[str, ...]:
        """What each output comes to, with these states changed: the root's state, and what guards,
        citations, branches and rules do.
        """
        states = [changed.get(one, one.state) for one in self.outputs]
        guards = [guard for guard, _ in self.judged.guards]
        told = [str(states[0])]
        told += [
            _said(holds(guard, state), advises(guard, state))
            for guard, state in zip(guards, states[1:], strict=False)
        ]
        rest = states[1 + len(guards) :]
        cited = len(self.judged.citations) + len(self.judged.edition.spec.outcomes.branches)
        told += [str(state) for state in rest[:cited]]
        return (*told, *(str(state != NOT_MET) for state in rest[cited:]))


def _said(holding: bool, advising: bool) -> str:  # noqa: FBT001 - two facts of one guard
    return "holds" if holding else "advises" if advising else "silent"


def restated(spot: InfluencePoint, changed: dict[InfluencePoint, int]) -> int:
    """The state of a spot from the states below it, some of them changed."""
    states = [changed.get(one, one.state) for one in spot.below]
    rule = RULES.get(spot.mark.kind)
    if rule is not None:
        return rule(spot, states)
    return states[0] if states else spot.state


def _enough(spot: InfluencePoint, states: list[int]) -> int:
    met, unknown = states.count(MET), states.count(UNKNOWN)
    return MET if met >= spot.mark.n else NOT_MET if met + unknown < spot.mark.n else UNKNOWN


def _item(spot: InfluencePoint, states: list[int]) -> int:
    if len(states) == 1:
        return states[0]
    return max(2 - states[0], states[1]) if spot.every else min(states)


def _list(spot: InfluencePoint, states: list[int]) -> int:
    pairs = list(zip(states, spot.below, strict=True))
    if spot.mark.kind == "some":
        state = max((min(one, item.inside) for one, item in pairs), default=NOT_MET)
        return UNKNOWN if state == NOT_MET and not spot.closed else state
    state = min((max(one, 2 - item.inside) for one, item in pairs), default=UNKNOWN)
    return UNKNOWN if state == MET and not spot.closed else state


RULES: dict[str, Callable[[InfluencePoint, list[int]], int]] = {
    "all": lambda _, states: min(states),
    "any": lambda _, states: max(states),
    "unless": lambda _, states: max(states),
    "none": lambda _, states: 2 - max(states),
    "enough": _enough,
    "item": _item,
    "some": _list,
    "every": _list,
}

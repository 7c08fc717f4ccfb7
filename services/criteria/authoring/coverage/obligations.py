"""What golden cases owe a policy: every member of every group in every state, with an effect on its
group and on the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.criteria.authoring.coverage.influence import LISTS, InfluenceGraph, InfluencePoint
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import PolicyNode

STATES = ("not_met", "not_documented", "met")
SHAPES = ("met", "not_met", "open", "empty")


@dataclass(frozen=True, slots=True)
class Obligation:
    """A member of a group (or the top of a guard) in one state, or a list in one `shape`.

    `group` is None for a top and for a list's shape.
    """

    group: PolicyNode | None
    member: PolicyNode
    want: str
    shape: bool = False

    @property
    def name(self) -> str:
        """What it is called in reports, for instance `cauda_equina > ces.tone: not_documented`."""
        above = (
            f"{self.group.id} > "
            if self.group is not None and self.group.id != self.member.id
            else ""
        )
        return f"{above}{shown(self.member)}: {self.want}"


def shown(mark: PolicyNode) -> str:
    """A node by its name, with the fact it reads or the node it refers to."""
    told = mark.path if mark.kind == "leaf" else f"ref {mark.label}" if mark.kind == "ref" else ""
    return f"{mark.id} ({told})" if told and told != mark.id else mark.id


@dataclass
class Owed:
    """All obligations of an edition, and which of them golden cases met: with an effect on the
    group, and on the answer.
    """

    three_state: dict[Obligation, bool] = field(default_factory=dict)
    mcdc: dict[Obligation, bool] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[tuple[str, dict[Obligation, bool]], ...]:
        """Both by name."""
        return ("three_state", self.three_state), ("mcdc", self.mcdc)


def owed(edition: Edition) -> Owed:
    """What the edition's cases have to show, nothing of it shown yet."""
    found = Owed()
    for place, top in edition.tops:
        if place[0] in {"guards", "urgency", "review"}:
            _owe(found, None, top)
        for mark in walk(top):
            if mark.kind in LISTS:
                found.three_state.update(
                    {
                        Obligation(None, mark, shape, shape=True): False
                        for shape in SHAPES
                        if place[0] != "derived"
                    }
                )
            for member in members(mark):
                _owe(found, mark, member)
    return found


def _owe(found: Owed, group: PolicyNode | None, member: PolicyNode) -> None:
    for state in STATES:
        found.three_state[Obligation(group, member, state)] = False
        found.mcdc[Obligation(group, member, state)] = False


def members(mark: PolicyNode) -> tuple[PolicyNode, ...]:
    """The members whose states a group turns into its own; of a list only where it has a `where`
    beside its body.
    """
    if mark.kind in LISTS:
        return mark.below if len(mark.below) > 1 else ()
    return mark.below


def walk(mark: PolicyNode) -> Iterator[PolicyNode]:
    """A node and all nodes below it."""
    yield mark
    for below in mark.below:
        yield from walk(below)


def pay(net: InfluenceGraph, found: Owed) -> None:
    """Marks what this line shows."""
    before = net.answers({})
    tops = set(net.outputs)
    for spot in net.spots:
        if spot.mark.kind in LISTS:
            _shape(spot, found)
        for group in _groups(spot, top=spot in tops):
            for other in (NOT_MET, UNKNOWN, MET):
                if other != spot.state:
                    _effect(net, spot, group, other, found, before)


def _groups(spot: InfluencePoint, *, top: bool) -> list[InfluencePoint | None]:
    found: list[InfluencePoint | None] = list(spot.parents)
    return [*found, None] if top else found


def _effect(  # noqa: PLR0913, PLR0917
    net: InfluenceGraph,
    spot: InfluencePoint,
    group: InfluencePoint | None,
    other: int,
    found: Owed,
    before: tuple[str, ...],
) -> None:
    list_mark = group.parents[0].mark if group is not None and group.mark.kind == "item" else None
    key = Obligation(list_mark or (group.mark if group else None), spot.mark, STATES[spot.state])
    if found.three_state.get(key, True) and found.mcdc.get(key, True):
        return
    changed = net.forced(spot, other)
    answers = net.answers(changed) != before
    if answers if group is None else group in changed:
        _mark(found.three_state, key)
        if answers:
            _mark(found.mcdc, key)


def _mark(of: dict[Obligation, bool], key: Obligation) -> None:
    if key in of:
        of[key] = True


def _shape(spot: InfluencePoint, found: Owed) -> None:
    shapes = {STATES[spot.state]} & {"met", "not_met"}
    shapes |= {"open"} if not spot.closed else set()
    shapes |= {"empty"} if not spot.below else set()
    for shape in shapes:
        _mark(found.three_state, Obligation(None, spot.mark, shape, shape=True))

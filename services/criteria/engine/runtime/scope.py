"""What a criterion sees while it is evaluated, and what comes of it: the facts of the member, of
the line, and of the item it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.criteria.engine.logic.values import MET
from services.criteria.engine.runtime.facts import Facts, KnownFact
from shared.body.spine import Segment

MEMBER: Final = 0
LINE: Final = 1
ITEM: Final = 2
"""Whose facts: the order of `EvaluationScope.of`."""


NO_FACTS: Facts = {}


class Items:
    """A list as one line sees it; `closed` says that what is not in it is not there."""

    __slots__ = ("closed", "scopes")

    def __init__(self, scopes: list[EvaluationScope], *, closed: bool) -> None:
        self.scopes, self.closed = scopes, closed


class EvaluatedList:
    """A list that a policy walks, as its vocabulary describes it: the kind of its items, whether
    only those inside the line's segment, and what closes it.
    """

    __slots__ = ("closed_by", "inside_line", "name", "of")

    def __init__(self, name: str, of: str, closed_by: str, *, inside_line: bool) -> None:
        self.name, self.of, self.closed_by, self.inside_line = name, of, closed_by, inside_line


class EvaluationScope:
    """One line's view, or inside a list one item's.

    `inside` says whether the item is known to belong to the list, `span` which levels it reaches.

    Day, lists, memory and trust are the line's, whose scope is `top`.
    """

    __slots__ = (
        "day",
        "inside",
        "item",
        "line",
        "lists",
        "member",
        "memo",
        "span",
        "subject",
        "top",
        "trusting",
    )

    def __init__(
        self, member: Facts, line: Facts, day: date, top: EvaluationScope | None = None
    ) -> None:
        self.member, self.line, self.day = member, line, day
        self.item: Facts = NO_FACTS
        self.lists: dict[str, Items] = {} if top is None else top.lists
        self.memo: dict[str, Result] = {} if top is None else top.memo
        self.subject: str | None = None
        self.inside = MET
        self.span: Segment | None = None
        self.top: EvaluationScope = self if top is None else top
        self.trusting: bool = True if top is None else top.trusting

    def of(self, whose: int) -> Facts:
        """The facts of the member, the line, or the item."""
        return self.item if whose == ITEM else self.member if whose == MEMBER else self.line

    def known(self, path: str, item: str | None) -> KnownFact | None:
        """What is known of a fact, of the member or of an item of any list."""
        if item is None:
            return self.member.get(path)
        found = (one for items in self.lists.values() for one in items.scopes)
        return next(
            (one.item[path] for one in found if one.subject == item and path in one.item), None
        )

    def on(
        self, name: str, facts: Facts, inside: int, span: Segment | None = None
    ) -> EvaluationScope:
        """The same view standing on an item."""
        scope = EvaluationScope(self.member, self.line, self.day, self)
        scope.item, scope.subject, scope.inside, scope.span = facts, name, inside, span
        return scope

    def close(self) -> None:
        """Lets go of the items, which know this scope: without the circle the memory is free at
        once, and no collector is needed.
        """
        self.lists.clear()
        self.memo.clear()
        self.top = NOWHERE


class PolicyNode:
    """Which node of the policy a result belongs to.

    `below` are its members; of a list its body, after its `where` if it has one.

    `kept_as` is the name under which its result is remembered for the line.
    """

    __slots__ = (
        "below",
        "blank",
        "citations",
        "computed",
        "id",
        "kept_as",
        "kind",
        "label",
        "limit",
        "n",
        "path",
        "paths",
        "why_not",
    )

    def __init__(
        self, kind: str, node_id: str, *, label: str | None = None, path: str = ""
    ) -> None:
        self.kind, self.id, self.label, self.path = kind, node_id, label, path
        self.citations: tuple[str, ...] = ()
        self.why_not: str | None = None
        self.limit: float | None = None
        self.paths: tuple[str, ...] = (path,) if path else ()
        self.n = 0
        self.below: tuple[PolicyNode, ...] = ()
        self.kept_as: str | None = None
        self.computed = False
        self.blank: dict[str, Any] | None = None


class Result:
    """What came of one node: why its state is unknown, the fact that was read, the results below,
    and the name of the item if it is of one.
    """

    __slots__ = ("below", "known", "mark", "reason", "state", "subject")

    def __init__(
        self,
        mark: PolicyNode,
        state: int,
        below: Sequence[Result] = (),
        reason: str | None = None,
        known: KnownFact | None = None,
    ) -> None:
        self.mark, self.state, self.below, self.reason, self.known = (
            mark,
            state,
            below,
            reason,
            known,
        )
        self.subject: str | None = None


class CompiledNode:
    """A node of a criteria tree, ready to be evaluated as often as there are lines and items."""

    __slots__ = ("mark",)

    def __init__(self, mark: PolicyNode) -> None:
        self.mark = mark

    def run(self, scope: EvaluationScope) -> Result:
        """The node on one line or item, with everything below it."""
        raise NotImplementedError


NOWHERE = EvaluationScope({}, {}, date.min)
"""What a closed scope stands in."""

"""What a criterion sees while it is evaluated: the facts of the member, of the line, and of the item it stands on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from services.criteria.engine.facts import Facts
from services.criteria.engine.values import MET

_new = object.__new__


class Items:
    """A list as one line sees it; `closed` says that what is not in it is not there."""

    __slots__ = ("closed", "scopes")

    def __init__(self, scopes: list[Scope], *, closed: bool) -> None:
        self.scopes, self.closed = scopes, closed


class Scope:
    """One line's view, or inside a list one item's. `inside` says whether the item is known to belong to the list.

    Day, lists, memory and trust are the line's: an item's scope has them only through `top`. `facts` are those of the member, the line and the item.
    """

    __slots__ = ("day", "facts", "inside", "item", "line", "lists", "member", "memo", "subject", "top", "trusting")

    def __init__(self, member: Facts, line: Facts, day: date) -> None:
        self.member, self.line, self.day = member, line, day
        self.item: Facts = {}
        self.facts = member, line, self.item
        self.lists: dict[str, Items] = {}
        self.memo: dict[str, Result] = {}
        self.subject: str | None = None
        self.inside = MET
        self.top: Scope = self
        self.trusting = True

    def on(self, name: str, facts: Facts, inside: int) -> Scope:
        """The same view standing on an item."""
        scope = _new(Scope)
        scope.facts = scope.member, scope.line, scope.item = self.member, self.line, facts
        scope.subject, scope.inside, scope.top = name, inside, self
        return scope

    def close(self) -> None:
        """Lets go of the items, which know this scope: without the circle the memory is free at once, and no collector is needed."""
        self.lists.clear()
        self.memo.clear()
        self.top = NOWHERE


class Mark:
    """Which node of the policy a result belongs to. `below` are its members; of a list its body, after its `where` if it has one.

    `kept_as` is the name under which its result is remembered for the line.
    """

    __slots__ = (
        "below", "blank", "citations", "computed", "id", "kept_as", "kind", "label", "limit", "n", "path", "paths", "why_not",
    )  # fmt: skip

    def __init__(self, kind: str, node_id: str, *, label: str | None = None, path: str = "") -> None:
        self.kind, self.id, self.label, self.path = kind, node_id, label, path
        self.citations: tuple[str, ...] = ()
        self.why_not: str | None = None
        self.limit: float | None = None
        self.paths: tuple[str, ...] = (path,) if path else ()
        self.n = 0
        self.below: tuple[Mark, ...] = ()
        self.kept_as: str | None = None
        self.computed = False
        self.blank: dict[str, Any] | None = None


Result = tuple[Mark, int, str | None, Any, Any, str | None]
"""(mark, state, reason, the Known it read, results below as a list or tuple, item): a plain tuple, because millions a second are made."""
Closure = Callable[[Scope], Result]
NOWHERE = Scope({}, {}, date.min)
"""What a closed scope stands in."""

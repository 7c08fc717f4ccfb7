"""Criteria over the items of a list.

Every item is evaluated; a list that is not closed may hold more than it shows.
"""

from __future__ import annotations

from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, PolicyNode, Result


class OnItem(CompiledNode):
    """The body on one item together with `where`: both must hold, or (for_every) the item need not
    fit where `where` fails.
    """

    __slots__ = ("body", "every", "where")

    def __init__(
        self, whole: PolicyNode, where: CompiledNode | None, body: CompiledNode, *, every: bool
    ) -> None:
        super().__init__(PolicyNode("item", f"{whole.id}.item"[:64]))
        self.where, self.body, self.every = where, body, every

    def run(self, scope: EvaluationScope) -> Result:
        """On the item that the scope stands on."""
        body = self.body.run(scope)
        if self.where is None:
            result = Result(self.mark, body.state, (body,), body.reason)
        else:
            fits = self.where.run(scope)
            state = max(MET - fits.state, body.state) if self.every else min(fits.state, body.state)
            result = Result(self.mark, state, (fits, body))
        result.subject = scope.subject
        return result


class OverList(CompiledNode):
    """A node over the items of a list."""

    __slots__ = ("name", "on_item")

    def __init__(self, name: str, mark: PolicyNode, on_item: OnItem) -> None:
        super().__init__(mark)
        self.name, self.on_item = name, on_item


class ForSome(OverList):
    """Met if an item fits; not met only if the list is closed and none does."""

    __slots__ = ()

    def run(self, scope: EvaluationScope) -> Result:
        """The best item."""
        items = scope.lists[self.name]
        state, results = NOT_MET, []
        for item in items.scopes:
            result = self.on_item.run(item)
            results.append(result)
            # min() costs a call where nothing is compiled.
            here = result.state if result.state < item.inside else item.inside  # noqa: FURB136
            if here > state:  # noqa: PLR1730 - likewise
                state = here
        if state == NOT_MET and not items.closed:
            return Result(self.mark, UNKNOWN, results, "open_list")
        return Result(self.mark, state, results)


class ForEvery(OverList):
    """Not met if an item does not fit; met only if the list is closed and not empty."""

    __slots__ = ()

    def run(self, scope: EvaluationScope) -> Result:
        """The worst item."""
        items = scope.lists[self.name]
        state, results = MET, []
        for item in items.scopes:
            result = self.on_item.run(item)
            results.append(result)
            state = min(state, max(result.state, MET - item.inside))
        if not results or (state == MET and not items.closed):
            return Result(self.mark, UNKNOWN, results, "open_list")
        return Result(self.mark, state, results)

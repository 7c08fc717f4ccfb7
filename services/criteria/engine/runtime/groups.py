"""Groups in three-valued logic: unknown is never false.

Every member is evaluated, so that the evidence is whole.
"""

from __future__ import annotations

from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, PolicyNode, Result


class Group(CompiledNode):
    """A node of several members."""

    __slots__ = ("members",)

    def __init__(self, mark: PolicyNode, members: tuple[CompiledNode, ...]) -> None:
        super().__init__(mark)
        self.members = list(members)

    def results(self, scope: EvaluationScope) -> list[Result]:
        """Every member's result."""
        return [member.run(scope) for member in self.members]


class All(Group):
    """`all`: the least of its members."""

    __slots__ = ()

    def run(self, scope: EvaluationScope) -> Result:
        """Met if all are."""
        results = self.results(scope)
        return Result(self.mark, least(results), results)


class Any(Group):
    """`any`: the most of its members."""

    __slots__ = ()

    def run(self, scope: EvaluationScope) -> Result:
        """Met if one is."""
        results = self.results(scope)
        return Result(self.mark, most(results), results)


class NoneOf(Group):
    """`none`: met if every member is not met."""

    __slots__ = ()

    def run(self, scope: EvaluationScope) -> Result:
        """Met if no member can be met."""
        results = self.results(scope)
        return Result(self.mark, MET - most(results), results)


class Enough(Group):
    """`at_least`: met with n members met, not met when even the unknown ones would not make n."""

    __slots__ = ("n",)

    def __init__(self, mark: PolicyNode, members: tuple[CompiledNode, ...], n: int) -> None:
        super().__init__(mark, members)
        self.n = mark.n = n

    def run(self, scope: EvaluationScope) -> Result:
        """Counts."""
        results = self.results(scope)
        met, unknown = 0, 0
        for result in results:
            met += result.state == MET
            unknown += result.state == UNKNOWN
        state = MET if met >= self.n else NOT_MET if met + unknown < self.n else UNKNOWN
        return Result(self.mark, state, results)


class Waived(CompiledNode):
    """`x unless y`: met by either; `waived` says that it was the waiver."""

    __slots__ = ("criterion", "waiver")

    def __init__(self, mark: PolicyNode, criterion: CompiledNode, waiver: CompiledNode) -> None:
        super().__init__(mark)
        self.criterion, self.waiver = criterion, waiver

    def run(self, scope: EvaluationScope) -> Result:
        """The better of both."""
        first, second = self.criterion.run(scope), self.waiver.run(scope)
        reason = "waived" if second.state > first.state else None
        return Result(self.mark, max(first.state, second.state), (first, second), reason)


class ReferencedNode(CompiledNode):
    """A named node, evaluated once per line and shown here only by its name."""

    __slots__ = ("name", "named")

    def __init__(self, mark: PolicyNode, name: str, named: dict[str, CompiledNode]) -> None:
        super().__init__(mark)
        self.name, self.named = name, named

    def run(self, scope: EvaluationScope) -> Result:
        """What the named node came to on this line."""
        top = scope.top
        result = top.memo.get(self.name)
        if result is None:
            result = top.memo[self.name] = self.named[self.name].run(top)
        return Result(self.mark, result.state, (result,), result.reason)


class Named(CompiledNode):
    """A node that others refer to: its result is remembered for the line."""

    __slots__ = ("inner", "name")

    def __init__(self, inner: CompiledNode, name: str) -> None:
        super().__init__(inner.mark)
        self.inner, self.name = inner, name
        inner.mark.kept_as = name

    def run(self, scope: EvaluationScope) -> Result:
        """Evaluates it, and remembers."""
        result = scope.memo[self.name] = self.inner.run(scope)
        return result


def least(results: list[Result]) -> int:
    """The lowest state; of none, met."""
    state = MET
    for result in results:
        if result.state < state:  # noqa: PLR1730 - min() costs a call where nothing is compiled
            state = result.state
    return state


def most(results: list[Result]) -> int:
    """The highest state; of none, not met."""
    state = NOT_MET
    for result in results:
        if result.state > state:  # noqa: PLR1730 - as above
            state = result.state
    return state

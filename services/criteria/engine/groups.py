"""Groups and lists in three-valued logic: unknown is never false. Every member is evaluated, so that the evidence is whole."""

from __future__ import annotations

from services.criteria.engine.scope import Closure, Mark, Result, Scope
from services.criteria.engine.values import MET, NOT_MET, UNKNOWN

Members = tuple[Closure, ...]


def every(mark: Mark, members: Members) -> Closure:
    """`all`: the least of its members."""
    if len(members) in FEW:
        return FEW[len(members)](mark, members, least=True)

    def run(scope: Scope) -> Result:
        state, results = MET, []
        for member in members:
            result = member(scope)
            results.append(result)
            if result[1] < state:  # noqa: PLR1730 - min() costs a call for each of a million results
                state = result[1]
        return (mark, state, None, None, results, None)

    return run


def some(mark: Mark, members: Members) -> Closure:
    """`any`: the most of its members."""
    if len(members) in FEW:
        return FEW[len(members)](mark, members, least=False)

    def run(scope: Scope) -> Result:
        state, results = NOT_MET, []
        for member in members:
            result = member(scope)
            results.append(result)
            if result[1] > state:  # noqa: PLR1730 - as above
                state = result[1]
        return (mark, state, None, None, results, None)

    return run


def _one(mark: Mark, members: Members, *, least: bool) -> Closure:
    """A group of one: its member's state, whichever group it is."""
    (only,) = members
    del least

    def run(scope: Scope) -> Result:
        result = only(scope)
        return (mark, result[1], None, None, (result,), None)

    return run


def _two(mark: Mark, members: Members, *, least: bool) -> Closure:
    """The most frequent group, without a loop."""
    first, second = members

    def both(scope: Scope) -> Result:
        one, other = first(scope), second(scope)
        return (mark, one[1] if one[1] < other[1] else other[1], None, None, (one, other), None)  # noqa: FURB136 - as above

    def either(scope: Scope) -> Result:
        one, other = first(scope), second(scope)
        return (mark, one[1] if one[1] > other[1] else other[1], None, None, (one, other), None)  # noqa: FURB136 - as above

    return both if least else either


FEW = {1: _one, 2: _two}


def nothing(mark: Mark, members: Members) -> Closure:
    """`none`: met if every member is not met."""
    inner = some(mark, members)

    def run(scope: Scope) -> Result:
        result = inner(scope)
        return (mark, 2 - result[1], None, None, result[4], None)

    return run


def enough(mark: Mark, members: Members, n: int) -> Closure:
    """`at_least`: met with n members met, not met when even the unknown ones would not make n."""
    inner = some(mark, members)
    mark.n = n

    def run(scope: Scope) -> Result:
        results = inner(scope)[4]
        met = sum(result[1] == MET for result in results)
        unknown = sum(result[1] == UNKNOWN for result in results)
        return (mark, MET if met >= n else NOT_MET if met + unknown < n else UNKNOWN, None, None, results, None)

    return run


def waived(mark: Mark, criterion: Closure, waiver: Closure) -> Closure:
    """`x unless y`: met by either; `waived` says that it was the waiver."""

    def run(scope: Scope) -> Result:
        first, second = criterion(scope), waiver(scope)
        reason = "waived" if second[1] > first[1] else None
        return (mark, max(first[1], second[1]), reason, None, (first, second), None)

    return run


def for_some(mark: Mark, name: str, where: Closure | None, body: Closure) -> Closure:
    """Met if an item fits; not met only if the list is closed and none does."""
    on_item = _on_item(mark, where, body)

    def run(scope: Scope) -> Result:
        items = scope.top.lists[name]
        state, results = NOT_MET, []
        for item in items.scopes:
            result = on_item(item)
            results.append(result)
            here = result[1] if result[1] < item.inside else item.inside  # noqa: FURB136 - as above
            if here > state:  # noqa: PLR1730 - as above
                state = here
        if state == NOT_MET and not items.closed:
            return (mark, UNKNOWN, "open_list", None, results, None)
        return (mark, state, None, None, results, None)

    return run


def for_every(mark: Mark, name: str, where: Closure | None, body: Closure) -> Closure:
    """Not met if an item does not fit; met only if the list is closed and not empty."""
    on_item = _on_item(mark, where, body, every_item=True)

    def run(scope: Scope) -> Result:
        items = scope.top.lists[name]
        results = [on_item(item) for item in items.scopes]
        state = min((max(result[1], 2 - item.inside) for result, item in zip(results, items.scopes, strict=True)), default=UNKNOWN)
        if state == MET and not items.closed:
            return (mark, UNKNOWN, "open_list", None, results, None)
        return (mark, state, None if results else "open_list", None, results, None)

    return run


def _on_item(whole: Mark, where: Closure | None, body: Closure, *, every_item: bool = False) -> Closure:
    """The body on one item together with `where`: both must hold, or (for_every) the item need not fit where `where` fails."""
    mark = Mark("item", f"{whole.id}.item"[:64])

    def alone(scope: Scope) -> Result:
        result = body(scope)
        return (mark, result[1], result[2], None, (result,), scope.subject)

    def chosen(scope: Scope) -> Result:
        fits, result = where(scope), body(scope)  # type: ignore[misc]
        state = max(2 - fits[1], result[1]) if every_item else min(fits[1], result[1])
        return (mark, state, None, None, (fits, result), scope.subject)

    return alone if where is None else chosen


def reference(mark: Mark, target: Closure, target_id: str) -> Closure:
    """A named node, evaluated once per line and shown here only by its name."""

    def run(scope: Scope) -> Result:
        top = scope.top
        result = top.memo.get(target_id)
        if result is None:
            result = top.memo[target_id] = target(top)
        return (mark, result[1], result[2], None, (result,), None)

    return run


def named(inner: Closure, node_id: str) -> Closure:
    """A node that others refer to: its result is remembered for the line."""

    def run(scope: Scope) -> Result:
        result = scope.memo[node_id] = inner(scope)
        return result

    return run

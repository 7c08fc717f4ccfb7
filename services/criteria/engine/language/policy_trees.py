"""The criteria trees of a policy: where each stands in its file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.derived_spec import Derived, ListWhere
from services.criteria.engine.language.policy import Guard, PolicySpec
from services.criteria.engine.language.yaml_source import SourcePlace


def where_of(path: str, function: str) -> SourcePlace:
    """Where the `where` of a computed fact stands."""
    return ("derived", path, function, "where")


def counted(one: Derived) -> ListWhere | None:
    """The list that a computed fact walks, if it walks one."""
    return (
        one.margin_above
        or one.margin_below
        or one.every_interspace
        or one.count_within
        or one.best_window
    )


def asked(held: ListWhere) -> tuple[str, ...]:
    """The facts that would settle whether an item counts."""
    return tuple(leaf.fact for leaf in leaves(held.where) if leaf.fact)


def leaves(spec: Criterion) -> Iterator[Criterion]:
    """Every leaf of a tree."""
    if spec.fact is not None:
        yield spec
    for child in spec.children():
        yield from leaves(child)


def trees(spec: PolicySpec) -> Iterator[tuple[SourcePlace, Criterion, str]]:
    """Every tree of a policy: where it stands, the tree, and the name of its top node if it has
    none.
    """
    for path, one in spec.derived.items():
        held = counted(one)
        if held is not None:
            yield where_of(path, next(iter(one.model_fields_set))), held.where, f"derived.{path}"
    for at, tree in enumerate(spec.definitions):
        yield ("definitions", at), tree, f"definition.{at}"
    yield ("criteria",), spec.criteria, "root"
    for at, guard in enumerate(spec.guards):
        yield ("guards", at, "when"), guarded(guard), guard.id
    for at, citation in enumerate(spec.citations):
        yield ("citations", at, "population"), citation.population, citation.id
    if spec.urgency is not None:
        yield ("urgency", "expedited_if"), spec.urgency.expedited_if, "urgency"
    if spec.review is not None:
        yield ("review", "when"), spec.review.when, "review"


def assumed(spec: PolicySpec) -> Iterator[str]:
    """Every closed world that a policy declares, in words."""
    for _, tree, name in trees(spec):
        yield from (
            f"{leaf.id or name}: {leaf.fact} is taken as absent where nobody documented it"
            for leaf in leaves(tree)
            if leaf.assume_absent
        )
    yield from (
        f"{path}: the list is taken as complete"
        for path, one in spec.derived.items()
        if (held := counted(one)) is not None and held.assume_closed
    )


@lru_cache(maxsize=16_384)
def guarded(guard: Guard) -> Criterion:
    """When a guard fires: `when`, and not `unless`; the same object for the same guard."""
    if guard.unless is None:
        return guard.when
    return Criterion(all_=(guard.when, Criterion(none=(guard.unless,))))

"""General expression engines on the same leaves: yes or no for each, none skipped; no groups, no
missing facts, no evidence.

An expression for each leaf keeps what is known of the others when a fact is missing; one expression
for all is quicker and fails as a whole.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.policy_trees import trees
from services.criteria.engine.language.vocabulary import Vocabulary
from shared.body.spine import POSITION

Facts = dict[str, Any]
Run = Callable[[Facts], Any]
SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes a conjunction, a value, and what is done with every item of a list."""

    both: str
    item: str
    each: str


CEL = Dialect("&&", "i", "{name}.map(i, [{body}])")
ZEN = Dialect("and", "#", "map({name}, [{body}])")


def engines(edition: Edition, sample: Facts) -> Iterator[tuple[str, str, tuple[Run, Run] | None]]:
    """Every engine by name, with its package and how it evaluates all leaves: one expression a
    leaf, and one for all; None where it is not installed.
    """
    for name, package, module, make in (
        ("CEL in C++", "cel-expr-python", "cel_expr_python.cel", cel_cpp),
        ("CEL in Rust", "common-expression-language", "cel", cel_rust),
        ("ZEN", "zen-engine", "zen", zen),
    ):
        try:
            yield name, package, make(importlib.import_module(module), edition, sample)
        except ImportError:
            yield name, package, None


def cel_cpp(cel: Any, edition: Edition, sample: Facts) -> tuple[Run, Run]:
    """CEL in C++: an activation for every case."""
    env = cel.NewEnv(variables=dict.fromkeys(sample, cel.Type.DYN))
    each = [env.compile(one) for one in parts(edition, CEL)]
    whole = env.compile(written(edition, CEL))

    def apart(facts: Facts) -> list[Any]:
        activation = env.Activation(facts)
        return [one.eval(activation) for one in each]

    return apart, lambda facts: whole.eval(env.Activation(facts))


def cel_rust(cel: Any, edition: Edition, _sample: Facts) -> tuple[Run, Run]:
    """CEL in Rust: a context for every case."""
    each = [cel.compile(one) for one in parts(edition, CEL)]
    whole = cel.compile(written(edition, CEL))

    def apart(facts: Facts) -> list[Any]:
        context = cel.Context(facts)
        return [one.execute(context) for one in each]

    return apart, lambda facts: whole.execute(cel.Context(facts))


def zen(engine: Any, edition: Edition, _sample: Facts) -> tuple[Run, Run]:
    """ZEN: it takes the facts with every expression."""
    each = [engine.compile_expression(one) for one in parts(edition, ZEN)]
    whole: Run = engine.compile_expression(written(edition, ZEN)).evaluate

    def apart(facts: Facts) -> list[Any]:
        return [one.evaluate(facts) for one in each]

    return apart, whole


def parts(edition: Edition, dialect: Dialect) -> list[str]:
    """Every leaf of an edition as an expression; those of a list as one for all of its items."""
    places = {"criteria", "definitions", "guards", "citations"}
    return [
        part
        for place, tree, _ in trees(edition.spec)
        if place[0] in places
        for part in _parts(tree, edition, dialect)
    ]


def written(edition: Edition, dialect: Dialect) -> str:
    """All leaves of an edition as one list."""
    return f"[{', '.join(parts(edition, dialect))}]"


def _parts(node: Criterion, edition: Edition, dialect: Dialect) -> Iterator[str]:
    listed = node.for_some or node.for_every
    if listed is not None:
        body = ", ".join(_leaf(one, edition.vocabulary, dialect) for one in _leaves(node))
        yield dialect.each.format(name=listed, body=body)
    elif node.fact is not None:
        yield _leaf(node, edition.vocabulary, dialect)
    else:
        for child in node.children():
            yield from _parts(child, edition, dialect)


def _leaves(node: Criterion) -> Iterator[Criterion]:
    if node.fact is not None:
        yield node
    for child in node.children():
        yield from _leaves(child)


def _leaf(node: Criterion, vocabulary: Vocabulary, dialect: Dialect) -> str:
    name = _name(node.fact or "", vocabulary, dialect)
    if node.is_ is not None:
        return f"{name} == {_value(node.is_)}"
    if node.one_of is not None:
        return f"{name} in [{', '.join(_value(one) for one in node.one_of)}]"
    if node.levels_below is not None:
        apart = f"{name} - {_name(node.levels_below.of, vocabulary, dialect)}"
        return (
            f"({apart} >= {node.levels_below.min} {dialect.both} {apart} <= "
            f"{node.levels_below.max})"
        )
    if node.within_days is not None:
        return f"{name} <= {node.within_days}"
    return _compared(name, node.worst or node.best or node, dialect)


def _compared(name: str, of: Any, dialect: Dialect) -> str:
    if of.between is not None:
        return (
            f"({name} >= {_value(of.between[0])} {dialect.both} {name} <= {_value(of.between[1])})"
        )
    operator = next(one for one in SIGNS if getattr(of, one) is not None)
    return f"{name} {SIGNS[operator]} {_value(getattr(of, operator))}"


def _name(path: str, vocabulary: Vocabulary, dialect: Dialect) -> str:
    flat = path.replace(".", "_")
    return (
        f"{dialect.item}.{flat}"
        if vocabulary.entries[path].spec.of not in {"member", "line"}
        else flat
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return str(POSITION[value]) if value in POSITION else f'"{value}"'
    return str(value)

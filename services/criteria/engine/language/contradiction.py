"""Statements that cannot both be true: of two facts, or of a fact and a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import Field

from services.criteria.engine.language.criterion import Id, Numeric, Scalar, Strict
from services.criteria.engine.logic.comparisons import Test, in_span, member_of
from services.criteria.engine.logic.values import exact
from shared.body.codes import plain_code

COMPARED = ("at_least", "at_most")


class SideSpec(Strict):
    """One of the statements: a fact of the member that `is` this or compares so, or a diagnosis of
    the request that begins with one of these codes.
    """

    fact: Id | None = None
    is_: Annotated[Scalar | None, Field(alias="is")] = None
    at_least: Numeric | None = None
    at_most: Numeric | None = None
    diagnosis: tuple[str, ...] = ()


class ContradictionSpec(Strict):
    """What cannot all be true `between` these statements.

    Where an approval does not rest on it, it is told (`text`), and a call may be asked for.
    """

    id: Annotated[str, Field(min_length=1, max_length=40)]
    between: Annotated[tuple[SideSpec, ...], Field(min_length=2)]
    text: Annotated[str, Field(min_length=1, max_length=1_000)]
    call_within_minutes: int | None = None


class Entry(Protocol):
    """A fact of the vocabulary, as far as a contradiction cares."""

    @property
    def numeric(self) -> bool:
        """Whether it can be compared with a number."""


@dataclass(frozen=True, slots=True)
class Side:
    """A statement, ready to be looked for: a fact with its test, or the beginnings of codes."""

    fact: str
    test: Test | None
    codes: tuple[str, ...]

    def diagnosed(self, codes: frozenset[str]) -> bool:
        """Whether one of the request's codes, in their plain form, is meant."""
        return any(code.startswith(self.codes) for code in codes)


@dataclass(frozen=True, slots=True)
class ContradictionRule:
    """A contradiction that the vocabulary knows; `first` is one of its facts."""

    spec: ContradictionSpec
    first: str
    of_facts: tuple[Side, ...]
    of_codes: tuple[Side, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The paths of the facts that it reads."""
        return tuple(side.fact for side in self.of_facts)


def rule(spec: ContradictionSpec, entries: Mapping[str, Entry]) -> ContradictionRule:
    """The rule of a vocabulary; raises `ValueError` with the reason if it is none."""
    sides = [_side(one, entries) for one in spec.between]
    of_facts = tuple(side for side in sides if side.test is not None)
    if not of_facts:
        msg = "one side at least is a fact"
        raise ValueError(msg)
    of_codes = tuple(side for side in sides if side.test is None)
    return ContradictionRule(spec, of_facts[0].fact, of_facts, of_codes)


def _side(spec: SideSpec, entries: Mapping[str, Entry]) -> Side:
    said = [name for name in ("is_", *COMPARED) if getattr(spec, name) is not None]
    if spec.fact is None and spec.diagnosis and not said:
        return Side("", None, tuple(plain_code(code) for code in spec.diagnosis))
    if spec.fact is None or spec.fact not in entries or spec.diagnosis or len(said) != 1:
        msg = "each side is a known fact with one comparison, or a diagnosis"
        raise ValueError(msg)
    return Side(spec.fact, _test(spec, said[0], numeric=entries[spec.fact].numeric), ())


def _test(spec: SideSpec, operator: str, *, numeric: bool) -> Test:
    value: Any = getattr(spec, operator)
    if operator == "is_":
        return member_of(frozenset({value}))
    number = exact(value)
    if number is None or not numeric:
        msg = f"{spec.fact} has no order"
        raise ValueError(msg)
    return in_span(operator, (number,))

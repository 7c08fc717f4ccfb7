"""The units and bounds of a numeric fact: what a number that was written down can mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, NamedTuple

from pydantic import Field

from services.criteria.engine.language.criterion import Numeric, Strict
from services.criteria.engine.language.unit_spellings import folded, spellings
from services.criteria.engine.logic.values import Number, Span, exact, holds

Range = tuple[Numeric | None, Numeric | None]
"""From one number to another, both included; None where there is no bound."""
SLIPS = (Fraction(1, 10), Fraction(1, 100), Fraction(10), Fraction(100))
"""By how much a number is off that lost its decimal point."""


class UnitSpec(Strict):
    """A further unit: a number in it times `times` plus `plus` is in the fact's own unit.

    `bare` are the numbers in it that somebody might write without it; else those that would be
    usual.
    """

    times: str
    plus: str = "0"
    bare: Range | None = None


Units = Annotated[dict[str, str | UnitSpec], Field(default_factory=dict)]


class Bounds(NamedTuple):
    """What a scale is made from, as a vocabulary says it of a fact."""

    unit: str | None
    units: Mapping[str, str | UnitSpec]
    possible: Range | None
    usual: Range | None
    zero: bool


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A unit that a fact can have, with the way from it to the fact's own."""

    name: str
    times: Number = 1
    plus: Number = 0
    bare: Span | None = None

    def own(self, number: Number) -> Number:
        """A number in this unit as one in the fact's own."""
        if self.times == 1 and self.plus == 0:
            return number
        converted = exact(Fraction(number) * self.times + self.plus)
        return number if converted is None else converted

    def __str__(self) -> str:
        return {"": "", "1": " (as a fraction)"}.get(self.name, f" {self.name}")


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """What the numbers of a fact can be.

    `spelt` finds a unit by its folded spelling. `named` says that the fact's name says its unit, so
    that a number alone is in it.
    """

    own: Unit
    units: tuple[Unit, ...]
    spelt: dict[str, Unit]
    possible: Span
    usual: Span
    zero: bool
    named: bool

    def unit(self, spelt: str) -> Unit | None:
        """The unit of this spelling, if the fact can have it."""
        return self.spelt.get(folded(spelt))

    def can_be(self, own: Number) -> bool:
        """Whether a number in the fact's own unit is possible at all."""
        return holds(self.possible, own)

    def is_usual(self, own: Number) -> bool:
        """Whether nobody would ask about it."""
        return holds(self.usual, own) or (self.zero and own == 0)

    def meant(self, number: Number) -> tuple[Unit, ...]:
        """The units that a number without one may be in."""
        return tuple(one for one in self.units if self._may_be_in(one, number))

    def _may_be_in(self, unit: Unit, number: Number) -> bool:
        own = unit.own(number)
        return self.can_be(own) and (
            self.is_usual(own) if unit.bare is None else holds(unit.bare, number)
        )

    def reading(self, number: Number) -> tuple[Number, Unit] | None:
        """What an unusual number was perhaps meant to be, with its unit: the same number in another
        unit, or one without a slip of the decimal point.
        """
        others = ((number, one) for one in self.units if one is not self.own)
        slips = ((exact(number * by) or 0, self.own) for by in SLIPS)
        for read, unit in (*others, *slips):
            own = unit.own(read)
            if self.can_be(own) and holds(self.usual, own) and own != 0:
                return read, unit
        return None


def scale(path: str, spec: Bounds) -> Scale:
    """The scale of a fact; raises `ValueError` with the reason why there can be none."""
    if spec.possible is None:
        msg = "a number needs its possible range"
        raise ValueError(msg)
    own = Unit(spec.unit or "")
    units = (own, *(_unit(name, one) for name, one in spec.units.items()))
    possible = _span(spec.possible)
    usual = possible if spec.usual is None else _span(spec.usual)
    for end in (usual.low, usual.high):
        if end is not None and not holds(possible, end):
            msg = "what is usual must be possible"
            raise ValueError(msg)
    words = set(path.rpartition(".")[2].split("_"))
    named = spec.unit is not None and bool(words & spellings(spec.unit))
    return Scale(own, units, _by_spelling(units), possible, usual, spec.zero, named)


def _unit(name: str, spec: str | UnitSpec) -> Unit:
    given = UnitSpec(times=spec) if isinstance(spec, str) else spec
    times, plus = _exact(given.times), _exact(given.plus)
    if times is None or plus is None or times <= 0:
        msg = f"{name}: a factor is a positive decimal or a fraction like 5/9"
        raise ValueError(msg)
    return Unit(name, times, plus, None if given.bare is None else _span(given.bare))


def _exact(text: str) -> Number | None:
    try:
        return exact(Fraction(text))
    except (ValueError, ZeroDivisionError):
        return None


def _span(given: Range) -> Span:
    low, high = (None if end is None else exact(end) for end in given)
    if low is not None and high is not None and low > high:
        msg = f"{low} to {high} is no range"
        raise ValueError(msg)
    return Span(low, high)


def _by_spelling(units: Iterable[Unit]) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for spelt, unit in _spelt(units):
        if spelt in found:
            msg = f"{unit.name} is spelt like {found[spelt].name}"
            raise ValueError(msg)
        found[spelt] = unit
    return found


def _spelt(units: Iterable[Unit]) -> Iterator[tuple[str, Unit]]:
    return ((spelt, one) for one in units if one.name for spelt in sorted(spellings(one.name)))

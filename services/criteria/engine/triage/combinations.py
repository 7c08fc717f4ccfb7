"""Combinations of findings, compiled to functions of two sets of bits: what is there, and what a
clinician has surely ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace
from services.criteria.engine.triage.protocol_spec import When

Check = Callable[[int, int], bool]
"""Of the bits that are there and those that are denied."""


def combination(
    when: When, bits: Mapping[str, int], document: SourceDocument, place: SourcePlace
) -> Check:
    """The compiled combination of findings, and of definitions that stand above it, by their bits;
    raises `PolicyInvalid` for a name that is neither.
    """
    if when.not_denied is not None:
        denied = _bit(when.not_denied, bits, document, (*place, "not_denied"))
        return lambda _, ruled_out: not ruled_out & denied
    key, members = ("all", when.all_) if when.all_ is not None else ("any", when.any_ or ())
    named, below = 0, list[Check]()
    for at, one in enumerate(members):
        if isinstance(one, str):
            named |= _bit(one, bits, document, (*place, key, at))
        else:
            below.append(combination(one, bits, document, (*place, key, at)))
    return _all(named, below) if key == "all" else _any(named, below)


def names(when: When) -> Iterator[str]:
    """The names that a combination reads."""
    if when.not_denied is not None:
        yield when.not_denied
    for one in (*(when.all_ or ()), *(when.any_ or ())):
        yield from (one,) if isinstance(one, str) else names(one)


def _bit(name: str, bits: Mapping[str, int], document: SourceDocument, place: SourcePlace) -> int:
    if name not in bits:
        raise document.error(place, f"no finding or definition above is named {name}")
    return bits[name]


def _all(named: int, below: list[Check]) -> Check:
    if not below:
        return lambda there, _: there & named == named
    return lambda there, ruled_out: (
        there & named == named and all(check(there, ruled_out) for check in below)
    )


def _any(named: int, below: list[Check]) -> Check:
    if not below:
        return lambda there, _: there & named != 0
    return lambda there, ruled_out: (
        there & named != 0 or any(check(there, ruled_out) for check in below)
    )

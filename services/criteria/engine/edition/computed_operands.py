"""What arithmetic and spans of time are computed from, checked against the vocabulary."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from services.criteria.engine.edition.policy_source import PolicySource
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.runtime.computed import arithmetic
from services.criteria.engine.runtime.computed.elapsed import elapsed
from services.criteria.engine.runtime.computed.operands import Function, Operand, computed
from services.criteria.engine.runtime.derivations import Derivation
from services.criteria.engine.runtime.leaves import whose

WHOSE: Final = {"member": {"member"}, "line": {"member", "line"}}
"""By whose fact is computed: whose facts it may be computed from. Of an item: its own, and the
member's.
"""


def derivation(
    source: PolicySource, path: str, one: Derived, before: Collection[str]
) -> Derivation | None:
    """How a fact is computed from its operands, facts computed `before` it among them; None where
    it is no such fact. Raises `ValueError` with the reason where it cannot be.
    """
    if not one.operands:
        return None
    entry = source.vocabulary.entries[path]
    kind = "date" if one.elapsed is not None else "number"
    read = [_read(source, entry, name, before) for name in one.operands]
    for operand in read:
        if operand.spec.type != kind or operand.spec.range:
            msg = f"{operand.path} is no single {kind}"
            raise ValueError(msg)
    if entry.spec.type != "number":
        msg = f"{path} is no number"
        raise ValueError(msg)
    if one.elapsed is None and not 0 < (entry.spec.step or 1) < 1:
        msg = f"{path} is no whole number: its vocabulary needs a step below 1"
        raise ValueError(msg)
    operands = tuple(Operand(operand.path, whose(operand)) for operand in read)
    return computed(path, operands, _function(one, read))


def _read(
    source: PolicySource, entry: VocabularyEntry, name: str, before: Collection[str]
) -> VocabularyEntry:
    """The operand of this name, which is known where the fact is computed."""
    operand = source.vocabulary.entries.get(name)
    if operand is None:
        msg = f"the vocabulary {source.vocabulary.name} has no path {name}"
        raise ValueError(msg)
    allowed = WHOSE.get(entry.spec.of, {"member", entry.spec.of})
    of_item = entry.spec.of not in WHOSE
    derive = operand.spec.derive
    late = derive == "policy" and (name not in before or (of_item and operand.spec.of == "member"))
    if operand.spec.of not in allowed or late or (derive == REQUEST and of_item):
        msg = f"{name} is not known where {entry.path} is computed"
        raise ValueError(msg)
    return operand


def _function(one: Derived, read: list[VocabularyEntry]) -> Function:
    if one.elapsed is not None:
        return elapsed(one.elapsed.in_)
    if one.bmi is not None:
        weight, height = (entry.spec.unit or "" for entry in read)
        return arithmetic.bmi(
            _unit(weight, arithmetic.KILOGRAMS, read[0]), _unit(height, arithmetic.METRES, read[1])
        )
    return arithmetic.percentage if one.percentage is not None else arithmetic.ratio


def _unit(name: str, known: dict[str, Fraction], entry: VocabularyEntry) -> Fraction:
    if name not in known:
        msg = f"{entry.path} is measured in none of {', '.join(known)}"
        raise ValueError(msg)
    return known[name]

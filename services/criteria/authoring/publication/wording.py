"""Criteria in words, for people who read no YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.criteria.engine.language.applies_to import AppliesTo
from services.criteria.engine.language.criterion import Comparison, Criterion
from services.criteria.engine.language.outcomes import OutcomesSpec
from services.criteria.engine.language.vocabulary import Vocabulary

COMPARED = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "more than",
    "below": "less than",
}
GROUPS = {"all_": "all of these", "any_": "any of these", "none": "none of these"}


def headline(node: Criterion, vocabulary: Vocabulary) -> str:
    """One node as a short sentence: its label, and what it asks for."""
    said = sentence(node, vocabulary)
    return f"{node.label}: {said}" if node.label and said else node.label or said


def sentence(node: Criterion, vocabulary: Vocabulary) -> str:
    """What a node asks for, without its members."""
    if node.ref is not None:
        return f"as in “{node.ref}”"
    if node.fact is not None:
        return leaf(node, vocabulary)
    name, _ = node.group
    group = GROUPS.get(name) or f"at least {node.at_least} of these"
    listed = node.for_some or node.for_every
    if listed is None:
        return group
    return (
        f"{'for at least one of' if node.for_some else 'for every one of'} "
        f"{listed.replace('_', ' ')}: {group}"
    )


def leaf(node: Criterion, vocabulary: Vocabulary) -> str:
    """A leaf in words, with the unit and how sure the chart must be."""
    entry = vocabulary.entries.get(node.fact or "")
    unit = f" {entry.spec.unit}" if entry is not None and entry.spec.unit else ""
    sure = "" if node.certainty == "confirmed" else f" ({node.certainty} is enough)"
    assumed = "; taken as no where nobody documented it" if node.assume_absent else ""
    return f"{named(node.fact or '')} {_condition(node, unit)}{sure}{assumed}"


def named(path: str) -> str:
    """A fact's path as words."""
    return path.replace("_", " ").replace(".", " · ")


def _condition(node: Criterion, unit: str) -> str:
    if node.is_ is not None:
        return (
            {True: "is documented as yes", False: "is documented as no"}.get(
                node.is_, f"is {node.is_}"
            )
            if isinstance(node.is_, bool)
            else f"is {node.is_}"
        )
    if node.one_of is not None:
        return "is one of " + ", ".join(str(one).replace("_", " ") for one in node.one_of)
    if node.within_days is not None:
        return f"is at most {node.within_days} days before the request"
    if node.levels_below is not None:
        return (
            f"lies {node.levels_below.min} to {node.levels_below.max} levels below "
            f"{named(node.levels_below.of)}"
        )
    for edge in ("worst", "best"):
        inner: Comparison | None = getattr(node, edge)
        if inner is not None:
            return (
                f"({'lowest' if edge == 'worst' else 'highest'} of the range) is "
                f"{_compared(inner, unit)}"
            )
    return f"is {_compared(node, unit)}"


def _compared(of: Any, unit: str) -> str:
    for name, word in COMPARED.items():
        if getattr(of, name) is not None:
            return f"{word} {getattr(of, name)}{unit}"
    return f"between {of.between[0]} and {of.between[1]}{unit}"


def reached(rule: AppliesTo) -> Iterator[str]:
    """For whom and where a policy is, a phrase for each condition."""
    for name, given in (
        ("kind of plan", rule.business),
        ("state", rule.states),
        ("place of service", rule.sites),
    ):
        if given:
            yield f"{name}: {', '.join(one.replace('_', ' ') for one in given)}"
    if rule.ages is not None:
        low, high = rule.ages.from_, rule.ages.to
        up = "" if high is None else f" up to {high}"
        yield f"age{'' if low is None else f' from {low}'}{up} years"


def granted(outcomes: OutcomesSpec) -> Iterator[str]:
    """What an approval grants, a sentence for each branch."""
    yield f"An approval is valid for {outcomes.valid_days} days"
    for one in outcomes.branches:
        where = f"Where “{one.when}” is met"
        if one.valid_days is not None:
            yield f"{where}, for at most {one.valid_days} days"
        if one.not_codes:
            codes = ", ".join(one.not_codes)
            yield f"{where}, a request for {codes} goes to a clinician: {one.text}"
        if one.max_units is not None:
            yield (
                f"{where}, a request for more than {one.max_units} of a code goes to a clinician: "
                f"{one.text}"
            )

"""The ways in which one node, guard or computed fact of a policy can be written slightly wrong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry
from shared.body.spine import LEVELS, POSITION

Content = dict[str, Any]
Variant = tuple[str, str, Content]
"""(kind, what it does in words, the node that stands in for the original)."""
STRICTNESS = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}
SWAPPED = {"all": "any", "any": "all", "none": "any"}
LIST_SWAPPED = {"for_some": "for_every", "for_every": "for_some"}
UNITS = ("days", "weeks", "months")
GROUPS = ("all", "any", "none", "of")


def variants(node: Content, vocabulary: Vocabulary) -> Iterator[Variant]:
    """Every slightly wrong version of one node; of its members only whether they are there."""
    if "fact" in node:
        yield from leaf_variants(node, vocabulary.entries[node["fact"]])
    yield from _group(node)
    if "unless" in node:
        yield "drop unless", "without its waiver", _without(node, "unless")
    yield (
        "negate",
        "negated",
        {**({"id": node["id"]} if "id" in node else {}), "none": [_without(node, "id")]},
    )


def leaf_variants(node: Content, entry: VocabularyEntry) -> Iterator[Variant]:
    """Every slightly wrong version of a leaf."""
    yield from _thresholds(node, entry)
    for edge in ("worst", "best"):
        if edge in node:
            yield from (
                (kind, f"{edge} {told}", {**node, edge: inner})
                for kind, told, inner in _thresholds(node[edge], entry)
            )
    yield from _values(node, entry)
    yield from _windows(node)
    if entry.spec.type == "boolean":
        assumed = not node.get("assume_absent", False)
        yield (
            "flip assume_absent",
            f"assume_absent: {str(assumed).lower()}",
            {**node, "assume_absent": assumed},
        )


def _thresholds(node: Content, entry: VocabularyEntry) -> Iterator[Variant]:
    for operator, other in STRICTNESS.items():
        if operator in node and "of" not in node:
            for moved in _moved(node[operator], entry):
                yield "threshold", f"{operator} {moved}", {**node, operator: moved}
            yield (
                "strictness",
                f"{other} {node[operator]}",
                {**_without(node, operator), other: node[operator]},
            )
    if "between" in node:
        low, high = node["between"]
        ends = [
            *((moved, high) for moved in _moved(low, entry)),
            *((low, moved) for moved in _moved(high, entry)),
        ]
        yield from (
            ("threshold", f"between {a} and {b}", {**node, "between": [a, b]}) for a, b in ends
        )


def _moved(value: Any, entry: VocabularyEntry) -> list[Any]:
    """The thresholds one step of the vocabulary away."""
    if entry.spec.type == "level":
        return [
            LEVELS[at] for at in (POSITION[value] - 1, POSITION[value] + 1) if 0 <= at < len(LEVELS)
        ]
    step = Decimal(str(entry.spec.step or 1))
    return [Decimal(str(value)) - step, Decimal(str(value)) + step]


def _values(node: Content, entry: VocabularyEntry) -> Iterator[Variant]:
    operator = "is" if "is" in node else "one_of" if "one_of" in node else None
    if operator is None:
        return
    if entry.spec.type == "boolean" and operator == "is":
        yield "negate", f"is {not node['is']}", {**node, "is": not node["is"]}
        return
    given = [node["is"]] if operator == "is" else list(node["one_of"])
    for gone in given if len(given) > 1 else ():
        yield (
            "drop value",
            f"without {gone}",
            {**node, "one_of": [one for one in given if one != gone]},
        )
    # Of fifty states none more is tried: no policy has a golden case for each.
    others = () if entry.spec.derive == REQUEST else entry.spec.allowed
    for more in (one for one in others if one not in given):
        yield "add value", f"with {more}", {**_without(node, operator), "one_of": [*given, more]}


def _windows(node: Content) -> Iterator[Variant]:
    if "within_days" in node:
        for days in (node["within_days"] - 1, node["within_days"] + 1):
            yield "window", f"within {days} days", {**node, "within_days": days}
    for edge in ("min", "max") if "levels_below" in node else ():
        for by in (-1, 1):
            moved = {**node["levels_below"], edge: node["levels_below"][edge] + by}
            yield "window", f"{edge} {moved[edge]} levels below", {**node, "levels_below": moved}


def _group(node: Content) -> Iterator[Variant]:
    name = next((one for one in GROUPS if one in node), None)
    if name is None:
        return
    if name in SWAPPED and (len(node[name]) > 1 or name == "none"):
        yield (
            f"{name}/{SWAPPED[name]}",
            f"{SWAPPED[name]} for {name}",
            {**_without(node, name), SWAPPED[name]: node[name]},
        )
    for n in (node["at_least"] - 1, node["at_least"] + 1) if name == "of" else ():
        yield "n", f"at least {n}", {**node, "at_least": n}
    for at in range(len(node[name])) if len(node[name]) > 1 else ():
        yield (
            "drop child",
            f"without member {at}",
            {**node, name: [*node[name][:at], *node[name][at + 1 :]]},
        )
    for kind, other in LIST_SWAPPED.items():
        if kind in node:
            yield (
                f"{kind}/{other}",
                f"{other} for {kind}",
                {**_without(node, kind), other: node[kind]},
            )
    if "where" in node:
        yield "drop where", "without its where", _without(node, "where")


def guard_variants(guard: Content) -> Iterator[Variant]:
    """Every slightly wrong version of a guard, beside those of its trees."""
    if "unless" in guard:
        yield "drop unless", "without its unless", _without(guard, "unless")
    then = "advise" if guard["then"] == "pend" else "pend"
    yield "flip then", f"then: {then}", {**_without(guard, "unknown"), "then": then}
    if guard["then"] == "pend":
        unknown = "pend" if guard.get("unknown") == "advise" else "advise"
        yield "flip unknown", f"unknown: {unknown}", {**guard, "unknown": unknown}


def branch_variants(branch: Content) -> Iterator[Variant]:
    """Every slightly wrong version of what holds in a branch."""
    for key in ("valid_days", "max_units"):
        if key in branch:
            for moved in (branch[key] - 1, branch[key] + 1):
                yield "threshold", f"{key}: {moved}", {**branch, key: moved}
    codes = branch.get("not_codes", ())
    for gone in codes if len(codes) > 1 else ():
        kept = [one for one in codes if one != gone]
        yield "drop value", f"without {gone}", {**branch, "not_codes": kept}


def counted_variants(walked: Content) -> Iterator[Variant]:
    """Every slightly wrong version of how a computed fact walks a list, beside those of its
    `where`.
    """
    if "where" in walked:
        closed = not walked.get("assume_closed", False)
        yield "flip assume_closed", f"assume_closed: {closed}", {**walked, "assume_closed": closed}
    for key in ("days", "within_days"):
        if isinstance(walked.get(key), int):
            for days in (walked[key] - 1, walked[key] + 1):
                yield "window", f"{key}: {days}", {**walked, key: days}


def operand_variants(one: Content) -> Iterator[Variant]:
    """Every slightly wrong version of a fact that is computed from others."""
    if "elapsed" in one:
        given = one["elapsed"]
        for unit in UNITS:
            if unit != given["in"]:
                yield "unit", f"in {unit}", {"elapsed": {**given, "in": unit}}
    for name in ("ratio", "percentage"):
        if name in one:
            given = one[name]
            yield "swap", "upside down", {name: {"of": given["to"], "to": given["of"]}}


def _without(node: Content, key: str) -> Content:
    return {name: value for name, value in node.items() if name != key}

"""The ways in which a triage file can be wrong in one place."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.mutation.variants import leaf_variants
from services.criteria.engine.language.vocabulary import Vocabulary, validated
from services.criteria.engine.language.yaml_source import (
    PolicyInvalid,
    SourceDocument,
    SourcePlace,
)
from services.criteria.engine.triage import compiler
from services.criteria.engine.triage.protocol import TriageProtocol
from services.criteria.engine.triage.protocol_spec import TriageSpec
from shared.body.spine import LEVELS, POSITION

Content = dict[str, Any]
LISTED = ("diagnoses", "codes", "services", "sites")


@dataclass(frozen=True, slots=True)
class TriageMutant:
    """The content of a triage file with one mistake, and what it is."""

    what: str
    content: Content


def mutants(content: Content, vocabulary: Vocabulary) -> Iterator[TriageMutant]:
    """Every mutant of a triage file; some do not load."""
    yield from _numbers(content)
    for kind in ("signs", "circumstances"):
        for at, finding in enumerate(content.get(kind, ())):
            for what, instead in _findings(finding, vocabulary):
                yield _put(content, (kind, at), f"{finding['id']}: {what}", instead)
    for at, one in enumerate(content.get("definitions", ())):
        for what, when in _combinations(one["when"]):
            yield _put(content, ("definitions", at, "when"), f"{one['id']}: {what}", when)
    yield from _rules(content)


def loaded(
    mutant: TriageMutant, of: TriageProtocol, known: dict[str, Vocabulary]
) -> TriageProtocol | None:
    """The mutant compiled; None where the engine refuses to load it."""
    document = SourceDocument("mutant", mutant.content, {})
    try:
        spec: TriageSpec = validated(TriageSpec, document)
        return compiler.compiled(document, spec, known[spec.vocabulary], known, of.text_sha256)
    except PolicyInvalid:
        return None


def _numbers(content: Content) -> Iterator[TriageMutant]:
    for key in ("days", "near"):
        for by in (-1, 1):
            yield _put(content, (key,), f"{key} {content[key] + by}", content[key] + by)
    for one in content["signs"]:
        if one["id"] != content["progressive"]:
            yield _put(content, ("progressive",), f"progressive {one['id']}", one["id"])
    for name, tier in content["tiers"].items():
        yield _put(content, ("tiers", name, "call"), f"tier {name}: call", not tier.get("call"))
        later = tier["within_minutes"] + 1
        yield _put(content, ("tiers", name, "within_minutes"), f"tier {name}: later", later)


def _findings(finding: Content, vocabulary: Vocabulary) -> Iterator[tuple[str, Content]]:
    facts = finding.get("facts", [])
    for at, fact in enumerate(facts):
        yield f"without {fact['fact']}", {**finding, "facts": _without(facts, at)}
        for what, instead in _signs(fact, vocabulary):
            changed = [instead if n == at else one for n, one in enumerate(facts)]
            yield f"{fact['fact']} {what}", {**finding, "facts": changed}
    for key in LISTED:
        values = finding.get(key, [])
        for at, value in enumerate(values):
            yield f"without {value}", {**finding, key: _without(values, at)}
            if value.endswith("*"):
                whole = [*_without(values, at), value.removesuffix("*")]
                yield f"only {value.removesuffix('*')}", {**finding, key: whole}
    if finding.get("segment"):
        yield "without segment", {**finding, "segment": False}


def _signs(fact: Content, vocabulary: Vocabulary) -> Iterator[tuple[str, Content]]:
    for kind, told, instead in leaf_variants(fact, vocabulary.entries[fact["fact"]]):
        if kind != "flip assume_absent":
            yield told, instead
    if "lasting" in fact:
        yield "not lasting", {**fact, "lasting": False}
    if "levels" in fact:
        yield "at any level", {key: value for key, value in fact.items() if key != "levels"}
        for end in (0, 1):
            for by in (-1, 1):
                at = POSITION[fact["levels"][end]] + by
                if 0 <= at < len(LEVELS):
                    moved = [
                        LEVELS[at] if n == end else one for n, one in enumerate(fact["levels"])
                    ]
                    yield f"levels {moved}", {**fact, "levels": moved}


def _combinations(when: Content) -> Iterator[tuple[str, Content]]:
    """Every slightly wrong version of a combination, and of those in it."""
    for key, other in (("all", "any"), ("any", "all")):
        members = when.get(key, [])
        if len(members) > 1:
            yield f"{other} for {key}", {other: members}
        for at, member in enumerate(members):
            if len(members) > 1:
                yield f"without {member}", {key: _without(members, at)}
            if isinstance(member, dict):
                for what, instead in _combinations(member):
                    changed = [instead if n == at else one for n, one in enumerate(members)]
                    yield what, {key: changed}
    if "not_denied" in when:
        yield "the denied one itself", {"all": [when["not_denied"]]}


def _rules(content: Content) -> Iterator[TriageMutant]:
    for at, rule in enumerate(content["rules"]):
        gone = _without(content["rules"], at)
        yield _put(content, ("rules",), f"without rule {rule['id']}", gone)
        for tier in content["tiers"]:
            if int(tier) != rule["tier"]:
                yield _put(content, ("rules", at, "tier"), f"{rule['id']}: tier {tier}", int(tier))
        for what, when in _combinations(rule["when"]):
            yield _put(content, ("rules", at, "when"), f"{rule['id']}: {what}", when)


def _without(values: Iterable[Any], gone: int) -> list[Any]:
    return [one for at, one in enumerate(values) if at != gone]


def _put(content: Content, place: SourcePlace, what: str, instead: Any) -> TriageMutant:
    made = copy.deepcopy(content)
    target: Any = made
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = instead
    return TriageMutant(what, made)

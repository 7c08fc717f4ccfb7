"""Turns a triage file into what can be asked, once; whatever its vocabulary does not know does not
load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry, validated
from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace, read
from services.criteria.engine.runtime.leaves import comparison
from services.criteria.engine.triage.code_patterns import CodePatterns
from services.criteria.engine.triage.combinations import Check, combination, names
from services.criteria.engine.triage.near_names import NearNames
from services.criteria.engine.triage.observations import SignCondition
from services.criteria.engine.triage.protocol import CompiledRule, TriageProtocol
from services.criteria.engine.triage.protocol_spec import FactSign, FindingSpec, TriageSpec, When
from shared.body.places import plain_site
from shared.body.spine import POSITION, Segment
from shared.events.evaluation import PolicyRef


def load(text: str, file: str, vocabularies: Mapping[str, Vocabulary]) -> TriageProtocol:
    """The protocol in `text`; raises `PolicyInvalid` with file, line and reason."""
    document = read(text, file)
    spec: TriageSpec = validated(TriageSpec, document)
    vocabulary = vocabularies.get(spec.vocabulary)
    if vocabulary is None:
        raise document.error(("vocabulary",), f"no vocabulary {spec.vocabulary}")
    return compiled(
        document, spec, vocabulary, vocabularies, hashlib.sha256(text.encode()).hexdigest()
    )


def compiled(
    document: SourceDocument,
    spec: TriageSpec,
    vocabulary: Vocabulary,
    vocabularies: Mapping[str, Vocabulary],
    text_sha256: str,
) -> TriageProtocol:
    """The protocol that a document says; its hash covers its vocabulary too."""
    findings = (*spec.signs, *spec.circumstances)
    bits = _bits(document, spec)
    named = dict(bits)
    definitions = _definitions(document, spec, named)
    by_path = _by_path(document, spec, vocabulary)
    whole = hashlib.sha256(f"{text_sha256}\n{vocabulary.sha256}".encode()).hexdigest()
    return TriageProtocol(
        spec=spec,
        ref=PolicyRef(
            policy=f"triage.{spec.triage}", version=spec.version, sha256=whole, title=spec.title
        ),
        findings=findings,
        shown=(1 << len(spec.signs)) - 1,
        by_path=by_path,
        known=frozenset(path for one in vocabularies.values() for path in one.entries),
        near=NearNames(by_path, spec.near),
        diagnoses=CodePatterns(_each(findings, bits, "diagnoses")),
        procedures=CodePatterns(_each(findings, bits, "codes")),
        services=_sum(_each(findings, bits, "services")),
        sites=_sum((plain_site(one), bit) for one, bit in _each(findings, bits, "sites")),
        segments=sum(bits[one.id] for one in findings if one.segment),
        progressive=_named(document, spec, bits),
        definitions=definitions,
        rules=_rules(document, spec, named),
        text_sha256=text_sha256,
    )


def _bits(document: SourceDocument, spec: TriageSpec) -> dict[str, int]:
    """Each finding's bit by its name; a name that stands twice does not load."""
    bits: dict[str, int] = {}
    for key in ("signs", "circumstances"):
        for at, one in enumerate(getattr(spec, key)):
            if one.id in bits:
                raise document.error((key, at), f"the id {one.id} stands twice")
            bits[one.id] = 1 << len(bits)
    return bits


def _each(
    findings: Iterable[FindingSpec], bits: Mapping[str, int], of: str
) -> list[tuple[str, int]]:
    return [(name, bits[one.id]) for one in findings for name in getattr(one, of)]


def _sum(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, bit in pairs:
        found[name] = found.get(name, 0) | bit
    return found


def _named(document: SourceDocument, spec: TriageSpec, bits: Mapping[str, int]) -> int:
    if spec.progressive not in bits:
        raise document.error(("progressive",), f"no finding is named {spec.progressive}")
    return bits[spec.progressive]


def _by_path(
    document: SourceDocument, spec: TriageSpec, vocabulary: Vocabulary
) -> dict[str, tuple[SignCondition, ...]]:
    found: dict[str, tuple[SignCondition, ...]] = {}
    number = 0
    for key in ("signs", "circumstances"):
        for at, finding in enumerate(getattr(spec, key)):
            for n, sign in enumerate(finding.facts):
                place = (key, at, "facts", n)
                made = _condition(document, place, sign, vocabulary, number)
                found[made.entry.path] = (*found.get(made.entry.path, ()), made)
            number += 1
    return found


def _condition(
    document: SourceDocument,
    place: SourcePlace,
    sign: FactSign,
    vocabulary: Vocabulary,
    finding: int,
) -> SignCondition:
    entry: VocabularyEntry | None = vocabulary.entries.get(sign.fact or "")
    if entry is None or entry.spec.derive is not None:
        raise document.error(place, f"the vocabulary {vocabulary.name} has no fact {sign.fact}")
    if sign.levels is not None and not all(one in POSITION for one in sign.levels):
        raise document.error(place, f"{' to '.join(sign.levels)} are no levels")
    levels = sign.levels and Segment(*(POSITION[one] for one in sign.levels))
    try:
        test = comparison(sign, entry)
    except ValueError as error:
        raise document.error(place, str(error)) from None
    plain = {value: test(one) for value, one in entry.plain.items()}
    return SignCondition(finding, entry, test, plain, levels, sign.lasting)


def _definitions(
    document: SourceDocument, spec: TriageSpec, bits: dict[str, int]
) -> tuple[tuple[int, Check], ...]:
    """Every definition with a bit of its own, which rules and later definitions read."""
    made = list[tuple[int, Check]]()
    for at, one in enumerate(spec.definitions):
        if one.id in bits:
            raise document.error(("definitions", at), f"the id {one.id} stands twice")
        check = combination(one.when, bits, document, ("definitions", at, "when"))
        bits[one.id] = 1 << len(bits)
        made.append((bits[one.id], check))
    return tuple(made)


def _rules(
    document: SourceDocument, spec: TriageSpec, bits: Mapping[str, int]
) -> tuple[CompiledRule, ...]:
    reads = dict(bits)
    for one in spec.definitions:
        reads[one.id] = _read(one.when, reads)
    made = list[CompiledRule]()
    for at, rule in enumerate(spec.rules):
        if rule.tier not in spec.tiers:
            raise document.error(("rules", at, "tier"), f"there is no tier {rule.tier}")
        check = combination(rule.when, bits, document, ("rules", at, "when"))
        made.append(CompiledRule(rule, spec.tiers[rule.tier], check, _read(rule.when, reads)))
    # The quickest to be looked at first, and of those in the file's order.
    return tuple(sorted(made, key=lambda one: one.tier.within_minutes))


def _read(when: When, reads: Mapping[str, int]) -> int:
    found = 0
    for name in names(when):
        found |= reads[name]
    return found

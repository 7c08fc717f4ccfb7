"""Policies that are wrong in exactly one place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.mutation.variants import (
    GROUPS,
    Content,
    branch_variants,
    counted_variants,
    guard_variants,
    operand_variants,
    variants,
)
from services.criteria.engine.edition.edition import Edition, compiled
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.language.yaml_source import PolicyInvalid, SourceDocument, SourcePlace

TREES = (("criteria",), ("urgency", "expedited_if"), ("review", "when"))
COUNTED = ("margin_above", "margin_below", "every_interspace", "count_within", "best_window")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong policy: the kind of mistake, the node's name and place in the file, what is wrong
    in words, and the whole content.
    """

    kind: str
    node: str
    place: SourcePlace
    told: str
    content: Content

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return f"{self.node}: {self.told}"


def content_of(edition: Edition) -> Content:
    """The edition's file as it was read, made anew from what was understood."""
    found: Content = _plain(edition.spec.model_dump(by_alias=True, exclude_unset=True))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def edition_of(content: Content, like: Edition) -> Edition | None:
    """The edition in changed content, with the vocabulary and scores of the original; None where it
    does not load.
    """
    vocabularies = {like.vocabulary.name: like.vocabulary}
    document = SourceDocument(f"{like.ref.policy}-{like.ref.version}", content, {})
    try:
        return compiled(
            document,
            vocabularies,
            {table.name: table for _, table in like.scores},
            like.text_sha256,
        )
    except PolicyInvalid:
        return None


def mutants(edition: Edition) -> Iterator[Mutant]:
    """Every mutant of an edition, whether or not it loads; no two with the same content."""
    content = content_of(edition)
    seen = {json.dumps(content, default=str, sort_keys=True)}
    for mutant in _all(content, edition.vocabulary):
        text = json.dumps(mutant.content, default=str, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield mutant


def _all(content: Content, vocabulary: Vocabulary) -> Iterator[Mutant]:
    for top in tops(content):
        for place, node in nodes(at(content, top), top):
            for kind, told, instead in variants(node, vocabulary):
                yield Mutant(kind, named(node, place), place, told, put(content, place, instead))
    yield from _guards(content)
    yield from _branches(content)
    yield from _urgency(content)
    yield from _computed(content)


def named(node: Content, place: SourcePlace) -> str:
    """A node by its name, else by where it stands, with its fact."""
    where = node.get("id") or ".".join(str(part) for part in place)
    fact = node.get("fact") or (f"ref {node['ref']}" if "ref" in node else "")
    return f"{where} ({fact})" if fact else str(where)


def tops(content: Content) -> Iterator[SourcePlace]:
    """Where every tree of a policy stands."""
    yield from (("definitions", n) for n in range(len(content.get("definitions", ()))))
    yield from (place for place in TREES if place[0] in content)
    for n, guard in enumerate(content.get("guards", ())):
        yield from (("guards", n, key) for key in ("when", "unless") if key in guard)
    yield from (("citations", n, "population") for n in range(len(content.get("citations", ()))))
    for path, one in content.get("derived", {}).items():
        yield from (
            ("derived", path, name, "where") for name in COUNTED if "where" in (one.get(name) or {})
        )


def nodes(node: Content, place: SourcePlace) -> Iterator[tuple[SourcePlace, Content]]:
    """A node and every node below it, each with its place."""
    yield place, node
    for name in GROUPS:
        for n, member in enumerate(node.get(name, ())):
            yield from nodes(member, (*place, name, n))
    for name in ("where", "unless"):
        if name in node:
            yield from nodes(node[name], (*place, name))


def at(content: Any, place: SourcePlace) -> Any:
    """What stands at a place."""
    for key in place:
        content = content[key]
    return content


def put(content: Content, place: SourcePlace, instead: Any) -> Content:
    """The content with something else at a place."""
    made = copy.deepcopy(content)
    at(made, place[:-1])[place[-1]] = instead
    return made


def _guards(content: Content) -> Iterator[Mutant]:
    for n, guard in enumerate(content.get("guards", ())):
        place = ("guards", n)
        gone = copy.deepcopy(content)
        gone["guards"].pop(n)
        yield Mutant("drop guard", guard["id"], place, "not there", gone)
        for kind, told, instead in guard_variants(guard):
            yield Mutant(kind, guard["id"], place, told, put(content, place, instead))


def _branches(content: Content) -> Iterator[Mutant]:
    branches = content.get("outcomes", {}).get("branches", ())
    for n, branch in enumerate(branches):
        place, name = ("outcomes", "branches", n), f"branch {branch['when']}"
        gone = copy.deepcopy(content)
        gone["outcomes"]["branches"].pop(n)
        yield Mutant("drop branch", name, place, "not there", gone)
        for kind, told, instead in branch_variants(branch):
            yield Mutant(kind, name, place, told, put(content, place, instead))


def _urgency(content: Content) -> Iterator[Mutant]:
    if "urgency" in content:
        unknown = content["urgency"].get("unknown", "expedited")
        other = "as_requested" if unknown == "expedited" else "expedited"
        yield Mutant(
            "flip unknown",
            "urgency",
            ("urgency",),
            f"unknown: {other}",
            put(content, ("urgency", "unknown"), other),
        )


def _computed(content: Content) -> Iterator[Mutant]:
    for path, one in content.get("derived", {}).items():
        for name in (key for key in COUNTED if isinstance(one.get(key), dict)):
            place = ("derived", path, name)
            for kind, told, instead in counted_variants(one[name]):
                yield Mutant(kind, path, place, told, put(content, place, instead))
        for kind, told, instead in operand_variants(one):
            whole: SourcePlace = ("derived", path)
            yield Mutant(kind, path, whole, told, put(content, whole, instead))

"""A vocabulary: every fact that policies may name, with its type, its unit, and the question that
asks for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from services.criteria.engine.language.contradiction import (
    ContradictionRule,
    rule,
)
from services.criteria.engine.language.request_facts import REQUEST, REQUEST_FACTS
from services.criteria.engine.language.scale import Bounds, Scale, scale
from services.criteria.engine.language.vocabulary_spec import (
    OF_NUMBERS,
    ListSpec,
    PathSpec,
    VocabularySpec,
)
from services.criteria.engine.language.yaml_source import SourceDocument, read
from services.criteria.engine.logic.values import Number, exact
from shared.body.spine import POSITION


@dataclass(frozen=True, slots=True)
class VocabularyEntry:
    """A fact as the engine uses it; a number has a `scale`, `plain` are the values of a yes-no fact
    or a choice; evidence older than `old_after` days is asked about.
    """

    path: str
    spec: PathSpec
    scale: Scale | None
    plain: dict[Any, Any]
    old_after: int | None = None

    @property
    def numeric(self) -> bool:
        """Whether its values have an order that intervals can speak of."""
        return self.spec.type in {"number", "level"}


OF_REQUEST = {path: VocabularyEntry(path, one, None, {}) for path, one in REQUEST_FACTS.items()}
"""The facts of the request, which every vocabulary has unless it lets policies compute them."""


@dataclass(frozen=True)
class Vocabulary:
    """A loaded vocabulary with the hash of its text."""

    name: str
    entries: dict[str, VocabularyEntry]
    aliases: dict[str, str]
    contradictions: tuple[ContradictionRule, ...]
    lists: dict[str, ListSpec]
    sha256: str
    of_services: tuple[tuple[str, str], ...]
    of_levels: tuple[str, ...]
    motion: frozenset[str]
    """The kinds of item that lie between two vertebrae."""

    @property
    def of_spine(self) -> bool:
        """Whether its policies look at where in the spine a line and its items are."""
        return bool(self.of_levels) or any(one.inside_line for one in self.lists.values())

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of every path and list: the order in which their author wrote them."""
        return {name: at for at, name in enumerate((*self.entries, *self.lists))}

    def ask(self, path: str, item: str | None) -> str:
        """The question that asks for a fact (of an item) or for a whole list."""
        if path in self.lists:
            return self.lists[path].ask
        entry = self.entries.get(path)
        own = OF_REQUEST.get(path)
        asked = (entry.spec.ask if entry else None) or (own.spec.ask if own else None)
        text = asked or f"Please document {path}."
        return text.replace("{item}", item or "the patient")


def load(text: str, file: str) -> Vocabulary:
    """The vocabulary in `text`; raises `PolicyInvalid`."""
    document = read(text, file)
    spec = validated(VocabularySpec, document)
    entries = {
        path: VocabularyEntry(
            path,
            one,
            _scale(document, path, one),
            _plain(one),
            spec.acute_days if one.acute else None,
        )
        for path, one in spec.paths.items()
    }
    for path, entry in entries.items():
        _check(document, path, entry, spec)
    for alias, path in spec.aliases.items():
        if path not in entries or alias in entries:
            raise document.error(("aliases", alias), f"is no other name of a path: {path}")
    derives = {path: one.derive or "" for path, one in spec.paths.items()}
    known = {path: one for path, one in OF_REQUEST.items() if path not in entries}
    return Vocabulary(
        name=f"{spec.vocabulary}@{spec.version}",
        entries={**entries, **known},
        aliases=spec.aliases,
        contradictions=_contradictions(document, spec, entries),
        lists=spec.lists,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        of_services=tuple(
            (path, derive.removeprefix("service:"))
            for path, derive in derives.items()
            if derive.startswith("service:")
        ),
        of_levels=tuple(
            path for path, derive in derives.items() if derive == "all_levels_standard"
        ),
        motion=_motion(document, spec),
    )


def _motion(document: SourceDocument, spec: VocabularySpec) -> frozenset[str]:
    """The kinds of item that lie between two vertebrae; all lists of a kind say the same."""
    named = {one.of: one.named_by for one in spec.lists.values()}
    for name, one in spec.lists.items():
        if named[one.of] != one.named_by:
            raise document.error(("lists", name), f"another list names each {one.of} otherwise")
    return frozenset(kind for kind, by in named.items() if by == "motion_segment")


def validated(model: type[Any], document: SourceDocument) -> Any:
    """The content as this model; the first thing wrong with it is raised as `PolicyInvalid`."""
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise document.error(tuple(first["loc"]), first["msg"]) from None


def _check(
    document: SourceDocument, path: str, entry: VocabularyEntry, spec: VocabularySpec
) -> None:
    one = entry.spec
    place = ("paths", path)
    if one.type in {"choice", "set"} and not one.allowed:
        raise document.error(place, "needs its allowed values")
    if one.derive == REQUEST or (path in REQUEST_FACTS and one.derive is None):
        raise document.error(place, "is a fact of the request, which nobody sends")
    if one.range and one.type != "number":
        raise document.error(place, "only a number can be a range")
    if one.type != "number" and one.model_fields_set & OF_NUMBERS:
        raise document.error(place, "only a number has units and bounds")
    if one.acute and spec.acute_days is None:
        raise document.error(place, "needs acute_days of the vocabulary")
    if one.of not in {"member", "line"} and one.of not in {each.of for each in spec.lists.values()}:
        raise document.error(place, f"no list holds {one.of}")
    if one.ask is None and one.derive is None:
        raise document.error(place, "needs the question that asks for it")


def _contradictions(
    document: SourceDocument, spec: VocabularySpec, entries: dict[str, VocabularyEntry]
) -> tuple[ContradictionRule, ...]:
    """The contradictions, of facts of the member that somebody sends."""
    sent = {
        path: one
        for path, one in entries.items()
        if one.spec.derive is None and one.spec.of == "member"
    }
    rules = []
    for at, one in enumerate(spec.contradicts):
        try:
            rules.append(rule(one, sent))
        except ValueError as error:
            raise document.error(("contradicts", at), str(error)) from None
    return tuple(rules)


def _plain(spec: PathSpec) -> dict[Any, Any]:
    """Every value as itself: one object for each, so that leaves find it at once.

    Numbers are left out: 1 would be found by `true`.
    """
    if spec.type == "boolean":
        return {False: False, True: True}
    return (
        {value: value for value in spec.allowed if isinstance(value, str)}
        if spec.type == "choice"
        else {}
    )


def _scale(document: SourceDocument, path: str, spec: PathSpec) -> Scale | None:
    """The scale of a number that somebody sends; a computed one is what it is computed from."""
    if spec.type != "number" or spec.derive is not None:
        return None
    try:
        return scale(path, Bounds(spec.unit, spec.units, spec.possible, spec.usual, spec.zero))
    except ValueError as error:
        raise document.error(("paths", path), str(error)) from None


def limit(value: object, entry: VocabularyEntry) -> Number | None:
    """A threshold of a policy as the number that the engine compares; None if it is none."""
    if entry.spec.type == "level":
        return POSITION.get(value) if isinstance(value, str) else None
    return exact(value)

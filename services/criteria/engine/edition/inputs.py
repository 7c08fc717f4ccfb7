"""What an edition reads of a request: facts, lists and services; the rest is never looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.criteria.engine.edition.policy_source import PolicySource
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.policy_trees import counted
from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry
from services.criteria.engine.runtime import derivations
from services.criteria.engine.runtime.scope import EvaluatedList, PolicyNode
from services.criteria.engine.runtime.scores import ScoreTable

Marks = Mapping[str, PolicyNode]
"""The marks of a policy's nodes, by name."""


def entries(source: PolicySource, marks: Marks) -> dict[str, VocabularyEntry]:
    """The facts that the policy reads from requests, by path in order: those of its leaves, its
    scores and its computations.
    """
    return _read(source, marks, None)


def of_request(source: PolicySource, marks: Marks) -> tuple[tuple[str, bool], ...]:
    """The facts of the request itself that the policy reads, each with whether it is the line's
    (else the member's).
    """
    found = _read(source, marks, REQUEST)
    return tuple((path, entry.spec.of == "line") for path, entry in found.items())


def _read(source: PolicySource, marks: Marks, derive: str | None) -> dict[str, VocabularyEntry]:
    """What the policy reads that is derived so, by path in order."""
    paths = {path for mark in marks.values() for path in mark.paths}
    for one in source.spec.derived.values():
        paths.update(_operands(one, source.scores))
    known = source.vocabulary.entries
    return {
        path: known[path]
        for path in sorted(paths)
        if path in known and known[path].spec.derive == derive
    }


def read(
    vocabulary: Vocabulary, entries: Mapping[str, VocabularyEntry]
) -> dict[str, VocabularyEntry]:
    """The facts of `entries`, and those that may contradict them, by every name under which a
    request may send them.
    """
    others = [path for one in vocabulary.contradictions for path in one.facts]
    known = {**entries, **{path: vocabulary.entries[path] for path in others}}
    aliases = vocabulary.aliases.items()
    return {**known, **{alias: known[path] for alias, path in aliases if path in known}}


def _operands(one: Derived, scores: Mapping[str, ScoreTable]) -> Iterator[str]:
    """The facts that a computation reads itself, beside those of its `where`."""
    if one.score_table is not None and one.score_table in scores:
        yield from (path for item in scores[one.score_table].spec.items for path in item.facts)
    yield from one.operands
    if one.difference:
        yield from (one.difference.of, one.difference.less)
    if one.best_window:
        yield one.best_window.since
    if one.age_at:
        yield derivations.BIRTH
    if one.count_within and one.count_within.date:
        yield one.count_within.date


def lists(source: PolicySource, marks: Marks) -> tuple[EvaluatedList, ...]:
    """The lists that the policy walks."""
    walked = {mark.path for mark in marks.values() if mark.kind in {"some", "every"}}
    walked |= {
        where.list for one in source.spec.derived.values() if (where := counted(one)) is not None
    }
    return tuple(
        EvaluatedList(name, one.of, one.closed_by, inside_line=one.inside_line)
        for name, one in source.vocabulary.lists.items()
        if name in walked
    )


def services(source: PolicySource, marks: Marks) -> tuple[tuple[str, str], ...]:
    """The facts that say whether a line asks for a service, each with that service."""
    return tuple(
        (path, service)
        for path, service in source.vocabulary.of_services
        if any(path in mark.paths for mark in marks.values())
    )

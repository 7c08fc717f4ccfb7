"""The facts of a line as a general engine takes them: everything documented, levels and dates as
numbers, because a missing fact stops it.
"""

from __future__ import annotations

from typing import Any

from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.policy_trees import leaves, trees
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import HeldValue, Span
from services.criteria.engine.runtime.facts import KnownFact

FILLER = {"boolean": False, "number": 1, "level": 5, "date": 30, "text": "", "set": ""}


def decoded(edition: Edition, prepared: PreparedRequest) -> list[dict[str, Any]]:
    """One dictionary for each line."""
    paths = sorted(
        {
            path
            for _, tree, _ in trees(edition.spec)
            for leaf in leaves(tree)
            for path in (leaf.fact or "", _other(leaf))
            if path
        }
    )
    entries = {path: edition.vocabulary.entries[path] for path in paths}
    return [_line(edition, entries, prepared.scope(line)) for line in prepared.request.lines]


def _other(leaf: Any) -> str:
    return leaf.levels_below.of if leaf.levels_below is not None else ""


def _line(edition: Edition, entries: dict[str, VocabularyEntry], scope: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, entry in entries.items():
        if entry.spec.of in {"member", "line"}:
            found[path.replace(".", "_")] = plain(
                scope.line.get(path) or scope.member.get(path), entry
            )
    for listed in edition.lists:
        own = {path: entry for path, entry in entries.items() if entry.spec.of == listed.of}
        found[listed.name] = [
            {
                path.replace(".", "_"): plain(item.item.get(path), entry)
                for path, entry in own.items()
            }
            for item in scope.lists[listed.name].scopes
        ]
    return found


def plain(known: KnownFact | None, entry: VocabularyEntry) -> Any:
    """A value that any engine can compare."""
    value = known.value if known is not None else None
    if isinstance(value, Span):
        value = value.low if value.low is not None else value.high
    if isinstance(value, HeldValue):
        value = value.things
    if isinstance(value, frozenset):
        value = min(value, default=None)
    if entry.spec.type == "date" or value is None:
        return entry.spec.allowed[0] if entry.spec.type == "choice" else FILLER[entry.spec.type]
    return int(value) if entry.spec.type in {"number", "level"} else value

"""The facts of one request that a policy reads, each resolved once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.runtime import observation_dates
from services.criteria.engine.runtime.facts import OLD, Facts
from services.criteria.engine.runtime.number_reading import ReadValue
from services.criteria.engine.runtime.observations import plain, resolve, unusable
from shared.body.item_names import canonical, motion_segment
from shared.events.request import AuthorizationRequest, Fact

UNNAMED = "unnamed"
NOT_RELIED_ON = ReadValue(None, "What is recorded of this is not relied on.")
Doubted = frozenset[tuple[str, str]]
"""(path, name of the item or nothing) pairs."""


def closed_names(request: AuthorizationRequest) -> frozenset[str]:
    """The lists and sets that the request says are complete; one that is also said to be open is
    open.
    """
    said = request.lists
    is_open = {one.name for one in said if not one.closed}
    return frozenset([one.name for one in said if one.closed and one.name not in is_open])


@lru_cache(8_192)
def _subject(named: str, motion: frozenset[str]) -> str:
    """The subject by its one name: an item under two spellings is one, so that what is said of it
    twice is seen together. Items of the kinds in `motion` lie between two vertebrae.
    """
    kind, colon, name = named.partition(":")
    if not colon:
        return named
    return f"{kind}:{motion_segment(name) if kind in motion else canonical(name)}"


class FactTable:
    """The facts of one request that a policy reads: of the member, and of each item (lesion,
    foramen) by its name.

    `reading`: which facts are not relied on, and which kinds of item lie between two vertebrae.

    `extremes` are unusual ones that were verified; `old` says that one was seen too long ago.
    """

    __slots__ = ("_motion", "extremes", "items", "member", "old")

    def __init__(
        self,
        request: AuthorizationRequest,
        entries: Mapping[str, VocabularyEntry],
        received_at: datetime,
        reading: tuple[Doubted, frozenset[str]] = (frozenset(), frozenset()),
    ) -> None:
        doubted, self._motion = reading
        self.member: Facts = {}
        self.items: dict[str, dict[str, Facts]] = {}
        self.extremes: set[tuple[str, str]] = set()
        self.old = False
        closed = closed_names(request)
        for (subject, path), facts in self._grouped(request, entries).items():
            entry = entries[path]
            target = self._of(subject, entry.spec.of)
            said = facts if entry.spec.type != "date" else _dated(facts)
            if target is None or not said:
                continue
            name = subject.partition(":")[2]
            if doubted and (path, name) in doubted:
                target[path] = unusable(entry, said, name, "illegible", NOT_RELIED_ON)
                continue
            known = plain(entry, said[0], name, received_at) if len(said) == 1 else None
            if known is None:
                known = resolve(entry, said, name, received_at, closed=path in closed)
                if known.extreme:
                    self.extremes.add((path, name))
                self.old = self.old or known.reason == OLD
            known.subject = name
            target[path] = known

    def _grouped(
        self, request: AuthorizationRequest, entries: Mapping[str, VocabularyEntry]
    ) -> dict[tuple[str, str], list[Fact]]:
        """The observations of each fact of each subject; an item of which nothing is read is there
        all the same.
        """
        grouped: dict[tuple[str, str], list[Fact]] = {}
        for fact in request.facts:
            entry = entries.get(fact.path)
            subject = _subject(fact.subject, self._motion)
            if entry is not None:
                grouped.setdefault((subject, entry.path), []).append(fact)
            elif ":" in subject:
                self._of(subject, subject.partition(":")[0])
        return grouped

    def _of(self, subject: str, kind: str) -> Facts | None:
        """Where facts of this subject go; None if the vocabulary says the path belongs to another
        kind of subject.
        """
        found, _, name = subject.partition(":")
        if found != kind:
            return None
        return (
            self.member
            if kind == "member"
            else self.items.setdefault(kind, {}).setdefault(name or UNNAMED, {})
        )


def _dated(facts: list[Fact]) -> list[Fact]:
    """Without the dates that stand for "none"."""
    return [
        fact
        for fact in facts
        if not isinstance(fact.value, str) or not observation_dates.says_none(fact.value)
    ]

"""How a line that pends could still be approved: every smallest set of unknown facts whose answers
could make an unknown node met, what is nearest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, islice

from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, UNKNOWN
from services.criteria.engine.runtime.facts import DOUBTED, KnownFact
from services.criteria.engine.runtime.scope import PolicyNode, Result

Pair = tuple[str, str | None]
"""A path (or list) and its item."""
Missing = frozenset[Pair]
MOST = 4
"""Ways that are kept at a node: a tree of many choices has millions, and nobody reads the fifth."""
MOST_CHOICES = 200
"""Combinations that a group of at least n is asked for."""
NOTHING: list[Missing] = [frozenset()]


class Ways:
    """Reads the ways off one line's results, in the words of a vocabulary.

    Nearest is: no invasive test, then the fewest facts that nobody recorded, then the fewest
    facts, then the vocabulary's order, which is its author's.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._entries, self._order = vocabulary.entries, vocabulary.order
        self._known: dict[Pair, tuple[int, tuple[int, str]]] = {}
        self._recorded: set[Pair] = set()
        """Facts that are recorded and cannot be used as they stand."""

    def of(self, result: Result) -> list[Missing]:  # noqa: PLR0911 - one return a kind of node
        """The ways of an unknown node, nearest first; none where it asks for nothing."""
        mark, below = result.mark, result.below
        if result.state != UNKNOWN:
            return NOTHING
        match mark.kind:
            case "leaf":
                return [self._leaf(mark, result.known)]
            case "any" | "unless":
                return self._either(below) or NOTHING
            case "enough":
                return self._several(below, mark.n - sum(one.state == MET for one in below))
            case "some":
                return self._or_list(self._either(below), mark)
            case "every":
                return self._or_list(self._all(below), mark)
            case _:
                return [self._on(result.subject, way) for way in self._all(below)]

    def nearest(self, ways: Iterable[Missing]) -> list[Missing]:
        """The smallest of these sets, nearest first."""
        distinct = frozenset(ways)
        if len(distinct) == 1:
            return [*distinct]
        ordered = sorted(distinct, key=self._distance)
        found: list[Missing] = []
        for one in ordered:
            if not any(other < one for other in ordered):
                found.append(one)
                if len(found) == MOST:
                    break
        return found

    def ordered(self, pairs: Iterable[Pair]) -> list[Pair]:
        """What is recorded and cannot be used first, then the vocabulary's order."""
        return sorted(pairs, key=lambda pair: (pair not in self._recorded, *self._place(pair)))

    def _leaf(self, mark: PolicyNode, known: KnownFact | None) -> Missing:
        """The fact itself; of a computed one, the facts that it was computed from."""
        asked: Missing = frozenset()
        if known is not None and known.asks:
            asked = frozenset(known.asks)
        elif not mark.computed:
            item = None if known is None or self._of_member(mark.path) else known.subject or None
            asked = frozenset(((mark.path, item),))
        if known is not None and known.reason in DOUBTED:
            self._recorded.update(asked)
        return asked

    def _or_list(self, ways: list[Missing], mark: PolicyNode) -> list[Missing]:
        """The whole list is asked for where none of its items is."""
        return ways if any(ways) else [frozenset(((mark.path, None),))]

    def _either(self, results: Iterable[Result]) -> list[Missing]:
        return self.nearest(way for one in results if one.state == UNKNOWN for way in self.of(one))

    def _all(self, results: Iterable[Result]) -> list[Missing]:
        found = NOTHING
        for one in results:
            if one.state != UNKNOWN:
                continue
            ways = self.of(one)
            if len(found) == len(ways) == 1:
                found = [found[0] | ways[0]]
            else:
                found = self.nearest(some | more for some in found for more in ways)
        return found

    def _several(self, results: Iterable[Result], n: int) -> list[Missing]:
        options = [one for one in results if one.state == UNKNOWN]
        options.sort(key=lambda one: self._distance(self.of(one)[0]))
        chosen = islice(combinations(options, n), MOST_CHOICES)
        return self.nearest(way for some in chosen for way in self._all(some))

    def _on(self, subject: str | None, way: Missing) -> Missing:
        """The way with the name of the item that it is of."""
        if subject is None:
            return way
        return frozenset(
            pair if pair[1] or self._of_member(pair[0]) else (pair[0], subject) for pair in way
        )

    def _of_member(self, path: str) -> bool:
        entry = self._entries.get(path)
        return entry is None or entry.spec.of == "member"

    def _distance(self, way: Missing) -> tuple[int, int, int, list[tuple[int, str]]]:
        invasive, fresh, places = 0, 0, []
        for pair in way:
            known = self._known.get(pair)
            if known is None:
                known = self._known[pair] = (self._invasive(pair[0]), self._place(pair))
            invasive += known[0]
            fresh += pair not in self._recorded
            places.append(known[1])
        places.sort()
        return invasive, fresh, len(places), places

    def _invasive(self, path: str) -> int:
        entry = self._entries.get(path)
        return 1 if entry is not None and entry.spec.invasive else 0

    def _place(self, pair: Pair) -> tuple[int, str]:
        return self._order.get(pair[0], len(self._order)), pair[1] or ""

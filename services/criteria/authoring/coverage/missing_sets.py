"""Which facts an answer turns on, read off an evaluated tree: what would make a node met, and what
would make it unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations, product

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.scope import Result

Fact = tuple[str, str]
"""(path, subject) of a fact; a list is (its name, `list`)."""
Sets = frozenset[frozenset[Fact]]
LARGEST, MOST = 4, 20_000
NOTHING: Sets = frozenset({frozenset()})
IMPOSSIBLE: Sets = frozenset()
LIST = "list"


class Turning:
    """Reads one line's results.

    `cut` says that sets were left out: larger than four, or too many.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.cut = False
        self.item = ""

    def gains(self, result: Result, want: int) -> Sets:
        """The sets of unknown facts that could give an unknown node this state; known facts stay as
        they are.
        """
        state, kind, below = result.state, result.mark.kind, list(result.below)
        if state != UNKNOWN:
            return NOTHING if state == want else IMPOSSIBLE
        if kind in OF_KIND:
            return OF_KIND[kind](self, result, want)
        if kind == "none":
            return (
                self.every(self.gains(one, NOT_MET) for one in below)
                if want == MET
                else self.some(self.gains(one, MET) for one in below)
            )
        parts = [self.gains(one, want) for one in below]
        return self.every(parts) if (kind in {"all", "ref"}) == (want == MET) else self.some(parts)

    def on_item(self, result: Result, want: int) -> Sets:
        """One item: `where` and body must both hold (a list that wants every item is not asked
        about its `where`).
        """
        outside, self.item = self.item, result.subject or ""
        parts = [self.gains(one, want) for one in result.below]
        self.item = outside
        return self.every(parts) if want == MET else self.some(parts)

    def listed(self, result: Result, want: int) -> Sets:
        """A list: one more item, or knowing that there is none, may settle it as well."""
        mark, below = result.mark, list(result.below)
        parts = [self.gains(one, want) for one in below]
        itself: Sets = (
            frozenset({frozenset({(mark.path, LIST)})})
            if result.reason == "open_list" or not below
            else IMPOSSIBLE
        )
        if (mark.kind == "some") == (want == MET):
            return self.some([*parts, itself or frozenset({frozenset({(mark.path, LIST)})})])
        return self.every([*parts, itself]) if itself else self.every(parts)

    def enough(self, result: Result, want: int) -> Sets:
        """A group of at least n."""
        below = list(result.below)
        met = sum(one.state == MET for one in below)
        unknown = [one for one in below if one.state == UNKNOWN]
        need = result.mark.n - met if want == MET else met + len(unknown) - result.mark.n + 1
        return self.some(
            self.every(self.gains(one, want) for one in chosen)
            for chosen in combinations(unknown, need)
        )

    def losses(self, result: Result, keep: int) -> Sets:
        """The sets of facts that take this state from a node when they become unknown."""
        state, kind, below = result.state, result.mark.kind, list(result.below)
        if state != keep:
            return NOTHING
        if kind == "leaf":
            return self.read(result)
        if kind == "enough":
            return self.fewer(result, keep)
        wanted = 2 - keep if kind == "none" else keep
        holding = [self.losses(one, wanted) for one in below if one.state == wanted]
        least = kind in {"all", "ref", "every", "none"} or (kind == "item" and keep == MET)
        if least == (keep == MET):
            return self.some([*holding, self.of_list(result)])
        return self.every(holding)

    def of_list(self, result: Result) -> Sets:
        """Whether the list is complete is itself something that an answer can rest on."""
        return (
            frozenset({frozenset({(result.mark.path, LIST)})})
            if result.mark.kind in {"some", "every"}
            else IMPOSSIBLE
        )

    def fewer(self, result: Result, keep: int) -> Sets:
        """A group of at least n: as many members as make the difference."""
        below = [one for one in result.below if one.state == keep]
        n = result.mark.n
        spare = len(below) - n + 1 if keep == MET else len(below) - (len(result.below) - n)
        return self.some(
            self.every(self.losses(one, keep) for one in chosen)
            for chosen in combinations(below, max(spare, 1))
        )

    def unknown(self, result: Result, _want: int = MET) -> Sets:
        """What a leaf would have to be told; of a computed fact, any of what it is computed
        from.
        """
        mark, known = result.mark, result.known
        derived = self.edition.spec.derived.get(mark.path)
        if known is not None and known.asks:
            asks = [(path, item or "") for path, item in known.asks]
        elif derived is not None and derived.difference is not None:
            asks = [(derived.difference.of, ""), (derived.difference.less, "")]
        elif (
            derived is not None
            and (
                counted := derived.margin_above
                or derived.margin_below
                or derived.every_interspace
                or derived.count_within
            )
            is not None
        ):
            asks = [(counted.list, LIST)]
        elif mark.computed:
            return IMPOSSIBLE
        else:
            asks = [(path, self.named(path)) for path in mark.paths]
        return self.kept(
            frozenset(chosen)
            for size in range(1, LARGEST + 1)
            for chosen in combinations(asks, size)
        )

    def named(self, path: str) -> str:
        """The item that a path is said of, if it is one of an item."""
        return (
            self.item
            if self.edition.vocabulary.entries[path].spec.of not in {"member", "line"}
            else ""
        )

    def read(self, result: Result) -> Sets:
        """The facts that a leaf read: any of them unknown makes it unknown."""
        known = result.known
        facts = known.facts if known is not None else ()
        return (
            frozenset(frozenset({(fact.path, fact.subject.partition(":")[2])}) for fact in facts)
            or IMPOSSIBLE
        )

    def every(self, parts: Iterable[Sets]) -> Sets:
        """One set of each part together."""
        found: Sets = NOTHING
        for part in parts:
            found = self.kept(one | other for one, other in product(found, part))
        return found

    def some(self, parts: Iterable[Sets]) -> Sets:
        """A set of any part."""
        return self.kept(one for part in parts for one in part)

    def kept(self, sets: Iterable[frozenset[Fact]]) -> Sets:
        """At most so many, none larger than four."""
        found: set[frozenset[Fact]] = set()
        for one in sets:
            if len(one) > LARGEST or len(found) >= MOST:
                self.cut = True
            else:
                found.add(one)
        return frozenset(found)


OF_KIND: dict[str, Callable[[Turning, Result, int], Sets]] = {
    "leaf": Turning.unknown,
    "some": Turning.listed,
    "every": Turning.listed,
    "enough": Turning.enough,
    "item": Turning.on_item,
}

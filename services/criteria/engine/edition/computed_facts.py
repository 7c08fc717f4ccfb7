"""The facts that a policy computes, each ready to be computed."""

from __future__ import annotations

from services.criteria.engine.edition import computed_operands
from services.criteria.engine.edition.compiled_trees import CompiledTrees
from services.criteria.engine.edition.computed_operands import WHOSE
from services.criteria.engine.edition.policy_source import PolicySource
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.policy_trees import asked, where_of
from services.criteria.engine.language.yaml_source import SourcePlace
from services.criteria.engine.runtime import best_window, derivations
from services.criteria.engine.runtime.computed import interspaces
from services.criteria.engine.runtime.derivations import Counting, Derivation
from services.criteria.engine.runtime.scores import ScoreTable


class ComputedFacts:
    """The computed facts of a policy in the order in which it computes them; raises `PolicyInvalid`
    where one cannot be.
    """

    def __init__(self, source: PolicySource, trees: CompiledTrees) -> None:
        self.source, self.trees = source, trees
        self.derivations: list[tuple[str, Derived, Derivation]] = []
        for path, one in source.spec.derived.items():
            self.derivations.append((path, one, self._derivation(path, one)))

    def of_items(self) -> tuple[tuple[str, str, Derivation], ...]:
        """The scores, and what else is computed of items: the kind of the item, the path, and how
        it is computed.
        """
        return tuple(
            (self._kind(path), path, run)
            for path, one, run in self.derivations
            if self._of_item(path, one)
        )

    def of_lines(self) -> tuple[tuple[str, bool, Derivation], ...]:
        """All others: the path, whether it is the line's (else the member's), and how it is
        computed.
        """
        return tuple(
            (path, self._kind(path) == "line", run)
            for path, one, run in self.derivations
            if not self._of_item(path, one)
        )

    def scores(self) -> tuple[tuple[str, ScoreTable], ...]:
        """The score tables by the facts that hold their totals."""
        return tuple(
            (path, self.source.scores[one.score_table])
            for path, one, _ in self.derivations
            if one.score_table
        )

    def _of_item(self, path: str, one: Derived) -> bool:
        """Whether it is computed of every item, before any line is looked at."""
        of_operands = bool(one.operands) and self._kind(path) not in WHOSE
        return one.score_table is not None or of_operands

    def _kind(self, path: str) -> str:
        return self.source.vocabulary.entries[path].spec.of

    def _derivation(self, path: str, one: Derived) -> Derivation:
        place: SourcePlace = ("derived", path)
        error, scores = self.source.document.error, self.source.scores
        entry = self.source.vocabulary.entries.get(path)
        if entry is None or entry.spec.derive != "policy":
            raise error(place, f"{path} is no fact that a policy computes")
        if one.score_table is not None:
            if one.score_table not in scores:
                raise error(place, f"no score {one.score_table}")
            return derivations.score(path, scores[one.score_table])
        before = {done for done, _, _ in self.derivations}
        try:
            found = computed_operands.derivation(self.source, path, one, before)
        except ValueError as why:
            raise error(place, str(why)) from None
        if found is not None:
            return found
        if one.difference is not None:
            return derivations.difference(path, one.difference.of, one.difference.less)
        return self._of_list(path, one) or (
            derivations.reaches_sacrum(path) if one.reaches_sacrum else derivations.age(path)
        )

    def _of_list(self, path: str, one: Derived) -> Derivation | None:
        """A fact that is computed from the items of a list; None if this one is not."""
        by_place = self.trees.by_place
        if (count := one.count_within) is not None:
            where = by_place[where_of(path, "count_within")]
            return derivations.count(path, count, where, asked(count))
        if (every := one.every_interspace) is not None:
            where = by_place[where_of(path, "every_interspace")]
            return interspaces.every_interspace(path, every, where, asked(every))
        if (window := one.best_window) is not None:
            where = by_place[where_of(path, "best_window")]
            return best_window.best_window(path, window, where, asked(window))
        for name, walked, above in (
            ("margin_above", one.margin_above, True),
            ("margin_below", one.margin_below, False),
        ):
            if walked is not None:
                level = f"{self.source.vocabulary.lists[walked.list].of}.level"
                where = by_place[where_of(path, name)]
                counting = Counting(walked, where, level, asked(walked))
                return derivations.margin(path, counting, above=above)
        return None

"""The criteria trees of one policy, compiled; what names them inside the policy is checked."""

from __future__ import annotations

from services.criteria.engine.edition.compiler import Compiler, named_nodes, references
from services.criteria.engine.edition.policy_source import PolicySource
from services.criteria.engine.language.policy import CitationSpec, Guard
from services.criteria.engine.language.policy_trees import counted, trees
from services.criteria.engine.language.yaml_source import SourcePlace
from services.criteria.engine.runtime.scope import CompiledNode, PolicyNode


class CompiledTrees:
    """Every tree of a policy by its place in the file (`by_place`), the nodes outside of lists by
    their names (`named`), and the marks of all nodes.

    Raises `PolicyInvalid` where a tree does not compile, or where a statement, a citation or a
    reference names what is not there.
    """

    def __init__(self, source: PolicySource) -> None:
        self.source = source
        spec = source.spec
        compiler = Compiler(source.document, source.vocabulary, frozenset(spec.derived))
        compiler.referred |= {name for _, tree, _ in trees(spec) for name in references(tree)} | {
            *(one.when for one in spec.statements),
            *(one.when for one in spec.outcomes.branches),
        }
        self.by_place: dict[SourcePlace, CompiledNode] = {
            place: compiler.tree(tree, place, name, self._item_kind(place))
            for place, tree, name in trees(spec)
        }
        self.named: dict[str, CompiledNode] = compiler.nodes
        self.marks: dict[str, PolicyNode] = compiler.marks
        self._check_names()
        compiler.finish(
            {name: node for _, tree, _ in trees(spec) for name, node in named_nodes(tree)}
        )

    @property
    def root(self) -> CompiledNode:
        """The criteria themselves."""
        return self.by_place["criteria",]

    @property
    def urgency(self) -> CompiledNode | None:
        """When the policy expedites a request, if it says so."""
        return self.by_place.get(("urgency", "expedited_if"))

    @property
    def review(self) -> CompiledNode | None:
        """When the policy asks for a review, if it says so."""
        return self.by_place.get(("review", "when"))

    def guards(self) -> tuple[tuple[Guard, CompiledNode], ...]:
        """Every guard with when it fires."""
        return tuple(
            (guard, self.by_place["guards", at, "when"])
            for at, guard in enumerate(self.source.spec.guards)
        )

    def citations(self) -> tuple[tuple[CitationSpec, CompiledNode], ...]:
        """Every citation with the population that it studied."""
        return tuple(
            (one, self.by_place["citations", at, "population"])
            for at, one in enumerate(self.source.spec.citations)
        )

    def _item_kind(self, place: SourcePlace) -> str | None:
        """The kind of item that a tree stands on: only the `where` of a computed fact stands on
        one.
        """
        one = self.source.spec.derived.get(str(place[1])) if place[0] == "derived" else None
        walked = counted(one) if one else None
        if walked is None:
            return None
        found = self.source.vocabulary.lists.get(walked.list)
        if found is None:
            raise self.source.document.error(place, f"no list {walked.list}")
        return found.of

    def _check_names(self) -> None:
        """Statements and branches name nodes, thresholds name facts, and nodes cite what the policy
        lists.
        """
        spec, error = self.source.spec, self.source.document.error
        branches = enumerate(spec.outcomes.branches)
        places: list[tuple[SourcePlace, str]] = [
            *((("outcomes", "branches", n), one.when) for n, one in branches),
            *((("statements", n), one.when) for n, one in enumerate(spec.statements)),
        ]
        for place, name in places:
            if name not in self.named:
                raise error(place, f"no node outside of lists is named {name}")
        known = self.source.vocabulary.entries
        for one in spec.sources:
            wrong = [row.fact for row in one.thresholds if row.fact not in known]
            if wrong:
                raise error(("sources",), f"the vocabulary has no path {wrong[0]}")
        cited = {one.id for one in spec.citations} | {one.id for one in spec.sources}
        for name, mark in self.marks.items():
            if not cited.issuperset(mark.citations):
                raise error((), f"{name} cites what the policy does not list")

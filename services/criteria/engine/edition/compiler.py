"""Turns a criteria tree into nodes that can be evaluated, once.

Whatever the vocabulary does not know, or the language does not allow, does not load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.criteria.engine.language.criterion import Criterion, size
from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry
from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace
from services.criteria.engine.runtime import groups, leaves, level_and_date_leaves, lists
from services.criteria.engine.runtime.scope import CompiledNode, PolicyNode

MAX_NODES, MAX_DEPTH = 2_000, 12
KEYS = {"all_": "all", "any_": "any", "none": "none", "of": "of"}


@dataclass
class Compiler:
    """Compiles the trees of one policy; names are unique in it, and references resolve to nodes
    outside of lists.
    """

    document: SourceDocument
    vocabulary: Vocabulary
    computed: frozenset[str]
    nodes: dict[str, CompiledNode] = field(default_factory=dict)
    marks: dict[str, PolicyNode] = field(default_factory=dict)
    referred: set[str] = field(default_factory=set)
    pending: list[tuple[str, SourcePlace]] = field(default_factory=list)

    def tree(
        self, spec: Criterion, place: SourcePlace, default_id: str, items: str | None = None
    ) -> CompiledNode:
        """A whole tree; `items` is the kind of item it stands on, if any."""
        nodes, depth = size(spec)
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise self.document.error(
                place, f"{nodes} nodes, {depth} deep: at most {MAX_NODES} nodes, {MAX_DEPTH} deep"
            )
        return self.node(spec, place, default_id, items)

    def node(
        self, spec: Criterion, place: SourcePlace, default_id: str, items: str | None
    ) -> CompiledNode:
        """One node and all below it."""
        mark = self.mark(spec, place, default_id)
        try:
            node = self._kind(mark, spec, place, items)
            if spec.unless is not None:
                waiver = self.node(spec.unless, (*place, "unless"), f"{mark.id}.unless", items)
                node = groups.Waived(self._outer(mark, waiver.mark), node, waiver)
        except ValueError as error:
            raise self.document.error(place, str(error)) from None
        if spec.id is not None and items is None:
            if spec.id in self.referred:
                node = groups.Named(node, spec.id)
            self.nodes[spec.id] = node
        return node

    def mark(self, spec: Criterion, place: SourcePlace, default_id: str) -> PolicyNode:
        """The node's name, made known; a name that stands twice does not load."""
        name = spec.id or default_id
        if name in self.marks or len(name) > 64:  # noqa: PLR2004 - what an event's code may hold
            raise self.document.error(place, f"the id {name} stands twice or is longer than 64")
        mark = self.marks[name] = PolicyNode(
            "leaf" if spec.fact else "group", name, label=spec.label, path=spec.fact or ""
        )
        mark.citations, mark.why_not = spec.citations, spec.why_not
        return mark

    def _outer(self, inner: PolicyNode, waiver: PolicyNode) -> PolicyNode:
        outer = PolicyNode("unless", inner.id, label=inner.label)
        outer.below = (inner, waiver)
        inner.id = f"{inner.id}.itself"[:64]
        return outer

    def _kind(
        self, mark: PolicyNode, spec: Criterion, place: SourcePlace, items: str | None
    ) -> CompiledNode:
        if spec.fact is not None:
            return self._leaf(mark, spec, place, items)
        if spec.ref is not None:
            return self._reference(mark, spec.ref, place)
        if spec.for_some is not None or spec.for_every is not None:
            return self._list(mark, spec, place, items)
        return self._group(mark, spec, place, items)

    def _group(
        self, mark: PolicyNode, spec: Criterion, place: SourcePlace, items: str | None
    ) -> CompiledNode:
        name, members = spec.group
        mark.kind = {"all_": "all", "any_": "any", "of": "enough"}.get(name, name)
        below = tuple(
            self.node(member, (*place, KEYS[name], at), f"{mark.id}.{at}", items)
            for at, member in enumerate(members)
        )
        mark.below = tuple(one.mark for one in below)
        match name:
            case "all_":
                return groups.All(mark, below)
            case "any_":
                return groups.Any(mark, below)
            case "of":
                return groups.Enough(mark, below, int(spec.at_least or 0))
            case _:
                return groups.NoneOf(mark, below)

    def _list(
        self, mark: PolicyNode, spec: Criterion, place: SourcePlace, items: str | None
    ) -> CompiledNode:
        name = spec.for_some or spec.for_every or ""
        found = self.vocabulary.lists.get(name)
        if found is None or items is not None:
            raise self.document.error(place, f"{name} is no list, or a list stands inside a list")
        where = (
            self.node(spec.where, (*place, "where"), f"{mark.id}.where", found.of)
            if spec.where
            else None
        )
        inner = PolicyNode("all", mark.id)
        body = self._group(inner, spec, place, found.of)
        mark.kind, mark.path = "some" if spec.for_some else "every", name
        mark.below = (where.mark, inner) if where else (inner,)
        on_item = lists.OnItem(mark, where, body, every=not spec.for_some)
        return (lists.ForSome if spec.for_some else lists.ForEvery)(name, mark, on_item)

    def _leaf(
        self, mark: PolicyNode, spec: Criterion, place: SourcePlace, items: str | None
    ) -> CompiledNode:
        entry = self.entry(spec.fact or "", place, items)
        mark.computed = entry.spec.derive is not None and entry.spec.ask is None
        mark.limit = (
            leaves.threshold(spec, entry) if entry.numeric and spec.levels_below is None else None
        )
        if spec.levels_below is not None:
            mark.paths = (entry.path, spec.levels_below.of)
            return level_and_date_leaves.LevelsBelowLeaf(
                mark, spec, entry, self.entry(spec.levels_below.of, place, items)
            )
        if spec.within_days is not None:
            return level_and_date_leaves.WithinDays(mark, spec, entry)
        return leaves.Leaf(mark, spec, entry)

    def entry(self, path: str, place: SourcePlace, items: str | None) -> VocabularyEntry:
        """The vocabulary's entry of a path that may be named here; a path it does not know does not
        load.
        """
        entry = self.vocabulary.entries.get(path)
        if entry is None:
            raise self.document.error(
                place, f"the vocabulary {self.vocabulary.name} has no path {path}"
            )
        if entry.spec.of not in {"member", "line", items}:
            raise self.document.error(
                place, f"{path} belongs to a {entry.spec.of}: it stands only in a list of them"
            )
        if entry.spec.derive == "policy" and path not in self.computed:
            raise self.document.error(place, f"{path} is a fact that the policy does not compute")
        return entry

    def _reference(self, mark: PolicyNode, target: str, place: SourcePlace) -> CompiledNode:
        mark.kind, mark.label = "ref", mark.label or target
        self.pending.append((target, place))
        return groups.ReferencedNode(mark, target, self.nodes)

    def finish(self, trees: dict[str, Criterion]) -> None:
        """Checks that every reference has its node, and that no node refers to itself in a circle.

        `trees`: every named node.
        """
        for target, place in self.pending:
            if target not in self.nodes:
                raise self.document.error(place, f"no node outside of lists is named {target}")
        for name, place in self.pending:
            if name in _reachable(trees, name):
                raise self.document.error(place, f"the node {name} refers to itself")


def references(spec: Criterion) -> Iterator[str]:
    """The names that a tree refers to."""
    if spec.ref is not None:
        yield spec.ref
    for child in spec.children():
        yield from references(child)


def _reachable(trees: dict[str, Criterion], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(references(trees[start]))
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(references(trees[name]))
    return found


def named_nodes(spec: Criterion) -> Iterator[tuple[str, Criterion]]:
    """Every node of a tree that has a name."""
    if spec.id is not None:
        yield spec.id, spec
    for child in spec.children():
        yield from named_nodes(child)

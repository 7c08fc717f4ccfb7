"""Criteria trees as plain expressions, in which what is the same in two policies can be told from
what is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.criteria.engine.edition.compiler import named_nodes
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.policy_trees import guarded, trees
from services.criteria.engine.language.vocabulary_spec import ListSpec

GROUPS = {"all_": "all", "any_": "any", "none": "none", "of": "enough"}


@dataclass(frozen=True, slots=True)
class Atom:
    """What several leaves read: a fact (of an item, if `kind`), under one way of reading it;
    `meaning` tells apart facts computed in two ways.
    """

    path: str
    kind: str | None = None
    way: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Expr:
    """One node.

    `leaf` reads `atom` by `spec`; `list` walks `name`; `free` stands for a subtree that shares
    nothing with the rest; `const` is `n`.
    """

    kind: str
    below: tuple[Expr, ...] = ()
    n: int = 0
    name: str = ""
    atom: Atom | None = None
    spec: Criterion | None = None
    walked: ListSpec | None = None
    hashed: int = field(init=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "hashed",
            hash((self.kind, self.below, self.n, self.name, self.atom, str(self.spec))),
        )

    def __hash__(self) -> int:
        """Computed once: expressions are looked up by the million."""
        return self.hashed


Instead = dict[tuple[int, str], Expr]
"""What stands in for a node: by the identity of its spec, and which part of it is meant."""
WHOLE, BARE, BODY = "whole", "without its waiver", "body of the list"


class Reading:
    """Reads the trees of an edition as expressions, references put in place of their names; equal
    expressions are one object.
    """

    def __init__(
        self, edition: Edition, known: dict[Expr, Expr], instead: Instead | None = None
    ) -> None:
        self.edition, self.known, self.instead = edition, known, instead or {}
        self.named = {
            name: node for _, tree, _ in trees(edition.spec) for name, node in named_nodes(tree)
        }

    def expr(self, spec: Criterion, kind: str | None = None) -> Expr:
        """The expression of a tree."""
        whole = self.instead.get((id(spec), WHOLE))
        if whole is not None:
            return whole
        found = self.without_waiver(spec, kind)
        return (
            found
            if spec.unless is None
            else self._one(Expr("any", (found, self.expr(spec.unless, kind)), name="unless"))
        )

    def without_waiver(self, spec: Criterion, kind: str | None = None) -> Expr:
        """The expression of a node alone, without its waiver."""
        return self.instead.get((id(spec), BARE)) or self._one(self._plain(spec, kind))

    def _one(self, expr: Expr) -> Expr:
        return self.known.setdefault(expr, expr)

    def _plain(self, spec: Criterion, kind: str | None) -> Expr:
        if spec.ref is not None:
            return self.expr(self.named[spec.ref])
        if spec.fact is not None:
            return Expr("leaf", atom=self._atom(spec), spec=_bare(spec))
        if spec.for_some is not None or spec.for_every is not None:
            return self._list(spec)
        return self._group(spec, kind)

    def _group(self, spec: Criterion, kind: str | None) -> Expr:
        name, members = spec.group
        below = tuple(self.expr(member, kind) for member in members)
        return Expr(GROUPS[name], below, n=int(spec.at_least or 0) if name == "of" else 0)

    def _list(self, spec: Criterion) -> Expr:
        name = spec.for_some or spec.for_every or ""
        walked = self.edition.vocabulary.lists[name]
        body = self.body(spec)
        where = (self.expr(spec.where, walked.of),) if spec.where else ()
        return Expr("some" if spec.for_some else "every", (*where, body), name=name, walked=walked)

    def body(self, spec: Criterion) -> Expr:
        """The body of a list on one item."""
        name = spec.for_some or spec.for_every or ""
        return self.instead.get((id(spec), BODY)) or self._one(
            self._group(spec, self.edition.vocabulary.lists[name].of)
        )

    def _atom(self, spec: Criterion) -> Atom:
        entry = self.edition.vocabulary.entries[spec.fact or ""]
        kind = entry.spec.of if entry.spec.of not in {"member", "line"} else None
        derived = self.edition.spec.derived.get(entry.path)
        meaning = (
            ""
            if derived is None
            else " ".join(
                f"{name} {getattr(derived, name)}" for name in sorted(derived.model_fields_set)
            )
        )
        if spec.levels_below is not None:
            other = self.edition.vocabulary.entries[spec.levels_below.of].spec.of
            held = kind or (other if other not in {"member", "line"} else None)
            return Atom(
                entry.path, held, f"levels below {spec.levels_below} {spec.certainty}", meaning
            )
        way = (
            "age"
            if spec.within_days is not None
            else "worst"
            if spec.worst is not None
            else "best"
            if spec.best is not None
            else ""
        )
        return Atom(entry.path, kind, way, meaning)


def _bare(spec: Criterion) -> Criterion:
    """The leaf without its names and waiver: two leaves that read the same are equal."""
    return spec.model_copy(
        update={"id": None, "label": None, "why_not": None, "citations": (), "unless": None}
    )


def outputs(reading: Reading) -> dict[str, Expr]:
    """Every tree that the answer is made of, by what it is: `root`, `guard:<id>`, `citation:<id>`,
    `branch:<node>`, `urgency`, `review`.
    """
    spec = reading.edition.spec
    found = [("root", reading.expr(spec.criteria))]
    found += [(f"guard:{guard.id}", reading.expr(guarded(guard))) for guard in spec.guards]
    found += [(f"citation:{one.id}", reading.expr(one.population)) for one in spec.citations]
    found += [
        (f"branch:{one.when}", reading.expr(reading.named[one.when]))
        for one in spec.outcomes.branches
    ]
    found += [("urgency", reading.expr(spec.urgency.expedited_if))] if spec.urgency else []
    found += [("review", reading.expr(spec.review.when))] if spec.review else []
    return dict(found)


def atoms(expr: Expr) -> frozenset[Atom]:
    """What an expression reads, of items too."""
    return frozenset(one.atom for one in walk(expr) if one.atom is not None)


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and all below it."""
    yield expr
    for below in expr.below:
        yield from walk(below)


def simplified(expr: Expr, keep: frozenset[Atom]) -> Expr:
    """The same expression, with every subtree that reads nothing of `keep` free to have any state;
    free members of one group are one.
    """
    if expr.kind in {"free", "const"}:
        return expr
    if not atoms(expr) & keep:
        return Expr("free", name=str(hash(expr)))
    if expr.kind in {"leaf", "some", "every"}:
        return expr
    below = tuple(simplified(one, keep) for one in expr.below)
    free = [one for one in below if one.kind == "free"]
    if expr.kind != "enough" and len(free) > 1:
        below = (
            *(one for one in below if one.kind != "free"),
            Expr("free", name="+".join(sorted(one.name for one in free))),
        )
    return Expr(expr.kind, below, expr.n, expr.name)


def shared(expressions: Iterable[Expr], keep: frozenset[Atom]) -> frozenset[Atom]:
    """What is kept, and whatever two of the subtrees read that would be free: they cannot be
    anything independently.
    """
    subtrees = {one for expr in expressions for one in _apart(expr, keep)}
    seen: set[Atom] = set()
    twice: set[Atom] = set()
    for one in subtrees:
        twice |= seen & atoms(one)
        seen |= atoms(one)
    return keep | twice


def _apart(expr: Expr, keep: frozenset[Atom]) -> Iterator[Expr]:
    if not atoms(expr) & keep:
        yield expr
    for below in expr.below if atoms(expr) & keep and expr.kind not in {"some", "every"} else ():
        yield from _apart(below, keep)

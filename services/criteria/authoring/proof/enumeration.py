"""Walks every combination of states that the leaves of some expressions can have, lists of any
length included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from services.criteria.authoring.proof.expressions import Atom, Expr, walk
from services.criteria.authoring.proof.leaf_states import TooMany, Vector, vectors
from services.criteria.authoring.proof.list_states import (
    Joint,
    ReachedStates,
    Special,
    States,
    reachable,
    spread,
)
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN

MOST = 1_000_000
"""How many cells are enumerated at most."""
THREE = (NOT_MET, UNKNOWN, MET)


def _kinds(nodes: Sequence[Expr]) -> Iterator[str]:
    """The kinds of item that lists walk or leaves read."""
    for one in nodes:
        if one.walked is not None:
            yield one.walked.of
        elif one.atom is not None and one.atom.kind is not None:
            yield one.atom.kind


class Enumeration:
    """All combinations for some expressions, one item of a list perhaps looked at."""

    def __init__(
        self,
        edition: Edition,
        expressions: Sequence[Expr],
        special: Special | None = None,
        most: int = MOST,
    ) -> None:
        self.most = most
        self.special = special
        nodes = list(dict.fromkeys(one for expr in expressions for one in walk(expr)))
        self.edition = edition
        self.free = [one for one in nodes if one.kind == "free"]
        leaves = [one for one in nodes if one.kind == "leaf" and one.atom is not None]
        self.member = self.joint(
            [one for one in leaves if one.atom is not None and one.atom.kind is None]
        )
        self.walked = [self.kind_of(kind, nodes, leaves) for kind in dict.fromkeys(_kinds(nodes))]
        derived = edition.spec.derived
        computed = [
            (one, derived[one.atom.path])
            for one in leaves
            if one.atom is not None and one.atom.path in derived
        ]
        self.sacral = [one for one, by in computed if by.reaches_sacrum]
        self.margins = [one for one, by in computed if by.margin_above or by.margin_below]
        self.cells = 0
        self.reads: dict[str, list[Expr]] = {}
        self.made: dict[tuple[str, Vector], set[Vector]] = {}

    def joint(self, leaves: Sequence[Expr]) -> list[Joint]:
        """The leaves by atom, with the joint states of each."""
        by: dict[Atom, list[Expr]] = {}
        for one in leaves:
            if one.atom is not None:
                by.setdefault(one.atom, []).append(one)
        return [
            (tuple(of), self.states_of(atom, tuple(one.spec for one in of if one.spec is not None)))
            for atom, of in by.items()
        ]

    def states_of(self, atom: Atom, specs: tuple[Criterion, ...]) -> frozenset[Vector]:
        """The joint states of the leaves of one atom."""
        return vectors(self.edition.vocabulary.entries[atom.path], atom, specs)

    def kind_of(self, kind: str, nodes: Sequence[Expr], leaves: Sequence[Expr]) -> ReachedStates:
        """The lists over one kind of item."""
        lists = tuple(one for one in nodes if one.walked is not None and one.walked.of == kind)
        own = [one for one in leaves if one.atom is not None and one.atom.kind == kind]
        level = tuple(
            one
            for one in own
            if one.atom is not None
            and not one.atom.way
            and self.derives(one.atom.path) == "level_of_subject"
        )
        below = tuple(
            one for one in own if one.atom is not None and one.atom.way.startswith("levels below")
        )
        return ReachedStates(kind, lists, tuple(self.joint(own)), level, below)

    def derives(self, path: str) -> str | None:
        """How a fact is derived."""
        return self.edition.vocabulary.entries[path].spec.derive

    def __iter__(self) -> Iterator[States]:
        """Every combination; raises `TooMany` beyond a million cells."""
        members = prod(len(found) for _, found in self.member) * 3 ** len(self.free)
        if (
            max(
                members,
                *(prod(len(found) for _, found in walked.item) for walked in self.walked),
                1,
            )
            > self.most
        ):
            raise TooMany
        for free in product(THREE, repeat=len(self.free)):
            for chosen in product(*(found for _, found in self.member)):
                states: States = dict(zip(self.free, free, strict=True))
                for (leaves, _), vector in zip(self.member, chosen, strict=True):
                    states.update(zip(leaves, vector, strict=True))
                if self.coupled(states):
                    yield from self.with_lists(states)

    def coupled(self, states: States) -> bool:
        """Whether the facts that a segment gives agree: where nobody knows whether it reaches the
        sacrum, no margin is known either.
        """
        unknown = any(states[one] == UNKNOWN for one in self.sacral)
        return not unknown or all(states[one] == UNKNOWN for one in self.margins)

    def items(self) -> Iterator[States]:
        """Every combination of what one item of the only kind, and the facts outside of lists, can
        be.
        """
        together = [*self.member, *(one for walked in self.walked for one in walked.item)]
        for chosen in product(*(found for _, found in together)):
            self.cells += 1
            if self.cells > self.most:
                raise TooMany
            yield spread(together, chosen)

    def with_lists(self, states: States) -> Iterator[States]:
        """The combination with every state that its lists can have."""
        found = [self.lists_of(walked, states) for walked in self.walked]
        for together in product(*found):
            self.cells += 1
            if self.cells > self.most:
                raise TooMany
            whole = dict(states)
            for walked, of in zip(self.walked, together, strict=True):
                whole.update(zip(walked.lists, of, strict=True))
            yield whole

    def lists_of(self, walked: ReachedStates, states: States) -> set[Vector]:
        """What the lists over a kind of item can come to; the same for the same facts outside of
        them.
        """
        read = self.reads.get(walked.kind)
        if read is None:
            inside = {leaf for one in walked.lists for leaf in walk(one) if leaf.kind == "leaf"}
            read = self.reads[walked.kind] = [
                one for leaves, _ in self.member for one in leaves if one in inside
            ]
        key = (walked.kind, tuple(states[one] for one in read))
        if key not in self.made:
            self.cells += prod(len(vectors_of) for _, vectors_of in walked.item)
            self.made[key] = reachable(walked, states, self.special)
        return self.made[key]

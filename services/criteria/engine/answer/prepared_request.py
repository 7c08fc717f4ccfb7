"""One request in the words of one policy edition, and the scope that each line is judged in."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.contradiction import ContradictionRule
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, UNKNOWN
from services.criteria.engine.runtime.contradicting import contradictions
from services.criteria.engine.runtime.fact_table import Doubted, FactTable, closed_names
from services.criteria.engine.runtime.facts import Facts, KnownFact
from services.criteria.engine.runtime.observation_dates import is_placeholder
from services.criteria.engine.runtime.scope import EvaluatedList, EvaluationScope, Items
from shared.events.request import AuthorizationRequest, ServiceLine
from shared.spine import Segment, level, segment

Item = tuple[str, int | None, Facts]


class Distrust(NamedTuple):
    """What of a request is not relied on: facts, and lists of these kinds of item, of which
    something was left unread.
    """

    facts: Doubted = frozenset()
    kinds: frozenset[str] = frozenset()


EVERYTHING_COUNTS = Distrust()


class PreparedRequest:
    """One request in the words of one policy edition: facts resolved once, shared by its lines."""

    __slots__ = (
        "closed",
        "contradictions",
        "day",
        "distrust",
        "edition",
        "extremes",
        "items",
        "member",
        "old",
        "received_at",
        "request",
        "segments",
    )

    def __init__(
        self,
        request: AuthorizationRequest,
        received_at: datetime,
        edition: Edition,
        like: PreparedRequest | None = None,
        distrust: Distrust = EVERYTHING_COUNTS,
    ) -> None:
        self.request, self.received_at, self.edition = request, received_at, edition
        self.day: date = received_at.date()
        self.distrust = distrust
        self.closed = closed_names(request)
        self.segments = [segment(line.segment) for line in request.lines if not line.cancelled]
        self.member: Facts = {}
        self.items: dict[str, list[Item]] = {}
        self.extremes: Doubted = frozenset()
        self.old = False
        self.contradictions: tuple[ContradictionRule, ...] = ()
        if like is not None:
            self.member, self.items = like.member, like.items
            self.extremes, self.contradictions = like.extremes, like.contradictions
            self.old = like.old
        else:
            self.read()

    def read(self) -> None:
        """Resolves the facts and computes what follows from them."""
        table = FactTable(self.request, self.edition.read, self.received_at, self.distrust.facts)
        self.member, self.extremes = table.member, frozenset(table.extremes)
        self.old = table.old
        self.contradictions = contradictions(
            self.edition.vocabulary.contradictions, self.member, self.request
        )
        self.items = {
            kind: [
                self.item(self.edition.vocabulary, kind, name, facts) for name, facts in of.items()
            ]
            for kind, of in table.items.items()
        }
        self.derive()

    def under(self, edition: Edition) -> PreparedRequest:
        """The same facts under another edition; read anew if that one does not read and compute
        them alike.
        """
        return PreparedRequest(
            self.request,
            self.received_at,
            edition,
            self if edition.reads_like(self.edition) else None,
        )

    def doubting(self, facts: Doubted) -> PreparedRequest:
        """The same request, as if nobody could use these facts."""
        return PreparedRequest(
            self.request,
            self.received_at,
            self.edition,
            distrust=self.distrust._replace(facts=facts),
        )

    def item(self, vocabulary: Vocabulary, kind: str, name: str, facts: Facts) -> Item:
        """An item with the facts that follow from its name; `L5/2` is a second one at L5."""
        at = level(name.partition("/")[0])
        for path, value in (
            ("level", at),
            ("standard_level", at is not None),
            ("in_a_requested_segment", self.requested(at)),
        ):
            full = f"{kind}.{path}"
            if full in vocabulary.entries:
                facts[full] = KnownFact(
                    full, value, subject=name, reason="illegible" if value is None else None
                )
        return name, at, facts

    def requested(self, at: int | None) -> bool | None:
        """Whether a requested segment holds this level; None if that cannot be told."""
        if at is None:
            return None
        if any(one is not None and one.holds(at) for one in self.segments):
            return True
        return None if None in self.segments else False

    def derive(self) -> None:
        """The facts that follow from the request as a whole, and the scores of every item."""
        vocabulary = self.edition.vocabulary
        standard = self.standard_levels()
        for path in vocabulary.of_levels if standard is not None else ():
            self.member[path] = KnownFact(path, standard)
        born = self.request.member.birth_date
        if (
            born is not None
            and not is_placeholder(born)
            and "member.birth_date" in vocabulary.entries
        ):
            self.member["member.birth_date"] = KnownFact("member.birth_date", born)
        whole = EvaluationScope(self.member, {}, self.day)
        for kind, path, run in self.edition.of_items:
            for name, _, facts in self.subjects(kind):
                known = run(whole.on(name, facts, MET), None)
                if known is not None:
                    facts[path] = known
        whole.close()

    def standard_levels(self) -> bool | None:
        """Whether every level that is named is one that every spine has; None if a line of this
        policy names none.
        """
        named = [line.segment for line in self.request.lines if not line.cancelled and line.segment]
        if any(segment(one) is None for one in named) or any(
            at is None for items in self.items.values() for _, at, _ in items
        ):
            return False
        services = set(self.edition.spec.applies_to.services)
        return (
            None
            if any(
                not line.segment and services & set(line.services)
                for line in self.request.lines
                if not line.cancelled
            )
            else True
        )

    def subjects(self, kind: str) -> list[Item]:
        """Every subject of a kind: its items, or the member, who has no name here."""
        return [("", None, self.member)] if kind == "member" else self.items.get(kind, [])

    def scope(self, line: ServiceLine, *, trusting: bool = True) -> EvaluationScope:
        """What this line is judged on: lists inside its segment, the member's facts, its own
        computed facts.

        Not `trusting`: nothing is assumed absent or closed.
        """
        span = segment(line.segment)
        scope = EvaluationScope(self.member if trusting else dict(self.member), {}, self.day)
        scope.trusting = trusting
        made: dict[int, EvaluationScope] = {}
        for walked in self.edition.lists:
            scope.lists[walked.name] = self.listed(scope, walked, span, made)
        for path, service in self.edition.services:
            scope.line[path] = KnownFact(path, service in line.services)
        for path, of_line, run in self.edition.of_lines:
            known = run(scope, span)
            if known is not None:
                (scope.line if of_line else scope.member)[path] = known
        return scope

    def listed(
        self,
        scope: EvaluationScope,
        spec: EvaluatedList,
        span: Segment | None,
        made: dict[int, EvaluationScope],
    ) -> Items:
        """A list as this line sees it; an item whose level is unknown may or may not belong to the
        segment. `made`: items made before, by their facts.
        """
        items = self.items.get(spec.of, ())
        if spec.inside_line and span is None:
            return Items([scope.on(name, facts, UNKNOWN) for name, _, facts in items], closed=False)
        here: list[EvaluationScope] = []
        for name, at, facts in items:
            if spec.inside_line and at is None:
                here.append(scope.on(name, facts, UNKNOWN))
            elif span is None or not spec.inside_line or span.top <= (at or 0) <= span.bottom:
                one = made.get(id(facts))
                if one is None:
                    one = made[id(facts)] = scope.on(name, facts, MET)
                here.append(one)
        return Items(here, closed=self.is_closed(spec))

    def is_closed(self, spec: EvaluatedList) -> bool:
        """Whether the request says that a list is complete, and nothing that it says of such items
        was left unread.
        """
        return spec.closed_by in self.closed and spec.of not in self.distrust.kinds

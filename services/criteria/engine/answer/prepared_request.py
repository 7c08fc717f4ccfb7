"""One request in the words of one policy edition, and the scope that each line is judged in."""

from __future__ import annotations

from datetime import date, datetime

from services.criteria.engine.answer.contradicting import contradictions
from services.criteria.engine.answer.items import (
    EVERYTHING_COUNTS,
    Distrust,
    Item,
    inside,
    level_of,
)
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.contradiction import ContradictionRule
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, UNKNOWN
from services.criteria.engine.runtime.computed.request_facts import AskedFor
from services.criteria.engine.runtime.computed.request_facts import known as said_of
from services.criteria.engine.runtime.fact_table import Doubted, FactTable, closed_names
from services.criteria.engine.runtime.facts import Facts, KnownFact
from services.criteria.engine.runtime.observation_dates import is_placeholder
from services.criteria.engine.runtime.scope import EvaluatedList, EvaluationScope, Items
from shared.body.item_names import place, transitional
from shared.body.spine import Segment, segment
from shared.events.request import AuthorizationRequest, ServiceLine


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
        table = FactTable(
            self.request,
            self.edition.read,
            self.received_at,
            (self.distrust.facts, self.edition.vocabulary.motion),
        )
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
        span, near = place(name), transitional(name)
        if span is not None and kind in vocabulary.motion and span.top == span.bottom:
            span = None
        for path, value in (
            ("level", level_of(span, upper=kind in vocabulary.motion)),
            ("standard_level", span is not None),
            ("in_a_requested_segment", self.requested(span, near)),
        ):
            full = f"{kind}.{path}"
            if full in vocabulary.entries:
                facts[full] = KnownFact(
                    full, value, subject=name, reason="illegible" if value is None else None
                )
        return Item(name, span, near, facts)

    def requested(self, span: Segment | None, near: Segment | None) -> bool | None:
        """Whether one requested segment holds all these levels; None if that cannot be told, as of
        an item between two levels (`near`) that a segment reaches.
        """
        reached = span or near
        if reached is None:
            return None
        if span is None and any(one is not None and one.meets(reached) for one in self.segments):
            return None
        if any(one is not None and one.holds_all(reached) for one in self.segments):
            return True
        return None if None in self.segments else False

    def derive(self) -> None:
        """The facts that follow from the request as a whole, and the scores of every item."""
        vocabulary = self.edition.vocabulary
        born = self.request.member.birth_date
        if (
            born is not None
            and not is_placeholder(born)
            and "member.birth_date" in vocabulary.entries
        ):
            self.member["member.birth_date"] = KnownFact("member.birth_date", born)
        whole = EvaluationScope(self.member, {}, self.day)
        for kind, path, run in self.edition.of_items:
            for item in self.subjects(kind):
                known = run(whole.on(item.name, item.facts, MET), None)
                if known is not None:
                    item.facts[path] = known
        whole.close()

    def standard_levels(self, line: ServiceLine, span: Segment | None) -> bool | None:
        """Whether every spine has the levels that this line names, and those of the items in it;
        None if its segment cannot be read.
        """
        if span is None:
            return False if transitional(line.segment or "") is not None else None
        return not any(
            item.near is not None and span.meets(item.near)
            for items in self.items.values()
            for item in items
        )

    def subjects(self, kind: str) -> list[Item]:
        """Every subject of a kind: its items, or the member, who has no name here."""
        return [Item("", None, None, self.member)] if kind == "member" else self.items.get(kind, [])

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
        for path in self.edition.vocabulary.of_levels if line.segment else ():
            standard = self.standard_levels(line, span)
            reason = "illegible" if standard is None else None
            scope.line[path] = KnownFact(path, standard, reason=reason)
        for path, service in self.edition.services:
            scope.line[path] = KnownFact(path, service in line.services)
        for path, of_line in self.edition.of_request:
            said = said_of(path, AskedFor(self.request, line, self.day))
            if said is not None:
                (scope.line if of_line else scope.member)[path] = said
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
        motion = spec.of in self.edition.vocabulary.motion
        here: list[EvaluationScope] = []
        for item in items:
            where = inside(item, span, whole=motion) if spec.inside_line else MET
            if where == UNKNOWN:
                here.append(scope.on(item.name, item.facts, UNKNOWN, item.span))
            elif where == MET:
                one = made.get(id(item.facts))
                if one is None:
                    one = made[id(item.facts)] = scope.on(item.name, item.facts, MET, item.span)
                here.append(one)
        unread = spec.inside_line and span is None
        return Items(here, closed=not unread and self.is_closed(spec))

    def is_closed(self, spec: EvaluatedList) -> bool:
        """Whether the request says that a list is complete, and nothing that it says of such items
        was left unread.
        """
        return spec.closed_by in self.closed and spec.of not in self.distrust.kinds

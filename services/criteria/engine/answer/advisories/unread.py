"""What a request says that nobody reads: names that no policy knows, and ranges that hold nothing.

Only names are told, never values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.criteria.engine.edition.known_names import KnownNames, nearest
from shared.events.evaluation import Advisory, Unread
from shared.events.request import AuthorizationRequest, Fact, Interval

MOST = 50
"""Names that are told of one request."""
MEMBER = "member"
WORDS = {"path": "fact", "subject": "subject", "service": "service", "list": "list"}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What was not read; of the kinds in `open_kinds`, so that their lists are not complete."""

    told: tuple[Unread, ...] = ()
    open_kinds: frozenset[str] = frozenset()

    def advisories(self) -> tuple[Advisory, ...]:
        """What everybody reads of it."""
        if not self.told:
            return ()
        named = "; ".join(map(_named, self.told))
        return (Advisory(id="unread", text=f"We could not use: {named}."[:1_000]),)


def _named(one: Unread) -> str:
    if one.kind == "value":
        return f"the range of {one.name}, which is empty: its low end is above its high end"
    meant = f" (is {one.nearest} meant?)" if one.nearest else ""
    return f"the {WORDS[one.kind]} {one.name}{meant}"


def leftovers(request: AuthorizationRequest, names: KnownNames) -> Leftovers:
    """What of the request nobody reads."""
    paths, nothing = names.paths, frozenset[str]()
    found = [
        fact
        for fact in request.facts
        if fact.subject.partition(":")[0] not in paths.get(fact.path, nothing)
        or (isinstance(fact.value, Interval) and _is_empty(fact.value))
    ]
    others = [*_services(request, names), *_lists(request, names)]
    if not found and not others:
        return Leftovers()
    told = dict.fromkeys([one for fact in found for one in _of_fact(fact, names)] + others)
    kinds = frozenset(kind for fact in found for kind in _kinds(fact, names))
    return Leftovers(tuple(_with_nearest(one, names) for one in [*told][:MOST]), kinds)


def _is_empty(span: Interval) -> bool:
    return span.low is not None and span.high is not None and span.low > span.high


def _of_fact(fact: Fact, names: KnownNames) -> Iterator[tuple[str, str]]:
    kind = fact.subject.partition(":")[0]
    if fact.path not in names.paths:
        yield "path", fact.path
    elif kind in names.kinds and kind not in names.paths[fact.path]:
        yield "path", f"{fact.path} of {fact.subject}"
    elif kind in names.kinds:
        yield "value", fact.path
    if kind not in names.kinds:
        yield "subject", fact.subject


def _kinds(fact: Fact, names: KnownNames) -> Iterator[str]:
    """The kinds of item that an unread fact may be of."""
    kind = fact.subject.partition(":")[0]
    for one in (kind, nearest(kind, names.kinds), fact.path.partition(".")[0]):
        if one in names.kinds and one != MEMBER:
            yield str(one)
    yield from names.paths.get(fact.path, frozenset()) - {MEMBER}


def _services(request: AuthorizationRequest, names: KnownNames) -> list[tuple[str, str]]:
    return [
        ("service", one)
        for line in request.lines
        if not line.cancelled
        for one in line.services
        if one not in names.services
    ]


def _lists(request: AuthorizationRequest, names: KnownNames) -> list[tuple[str, str]]:
    return [("list", one.name) for one in request.lists if one.name not in names.lists]


def _with_nearest(pair: tuple[str, str], names: KnownNames) -> Unread:
    kind, name = pair
    known = {"path": names.facts, "service": names.services, "list": names.lists}
    meant = None
    if kind == "subject":
        written, colon, item = name.partition(":")
        near = nearest(written, names.kinds)
        meant = f"{near}{colon}{item}" if near else None
    elif kind in known:
        meant = nearest(name, known[kind])
    return Unread(kind=kind, name=name, nearest=meant)

"""The names that a library reads: facts with the subjects they are said of, services, lists; and
which of them a name that nobody knows comes nearest to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.request_facts import REQUEST
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.edit_distance import distance

FARTHEST, ONE_IN = 3, 4
"""Letters that may differ, and of how many one may: of a short name most others lie near."""


@dataclass(frozen=True)
class KnownNames:
    """`paths` are the facts that somebody can send, each with the kinds of subject it is said of;
    `facts` are their names.
    """

    paths: dict[str, frozenset[str]]
    facts: frozenset[str]
    kinds: frozenset[str]
    services: frozenset[str]
    lists: frozenset[str]


def known_names(
    editions: Iterable[Edition], vocabularies: Iterable[Vocabulary], services: Iterable[str]
) -> KnownNames:
    """The names of all that is loaded; `services` are those that are read beside the editions'."""
    paths: dict[str, frozenset[str]] = {}
    lists: set[str] = set()
    for vocabulary in vocabularies:
        for path, entry in vocabulary.entries.items():
            if entry.spec.derive == REQUEST or (entry.spec.derive and entry.spec.ask is None):
                continue
            paths[path] = paths.get(path, frozenset()) | {entry.spec.of}
            if entry.spec.type == "set":
                lists.add(path)
        paths |= {alias: paths[path] for alias, path in vocabulary.aliases.items()}
        lists |= {one.closed_by for one in vocabulary.lists.values()}
    return KnownNames(
        paths=paths,
        facts=frozenset(paths),
        kinds=frozenset(kind for kinds in paths.values() for kind in kinds),
        services=frozenset(services).union(*(one.spec.applies_to.services for one in editions)),
        lists=frozenset(lists),
    )


@lru_cache(4_096)
def nearest(name: str, known: frozenset[str]) -> str | None:
    """The known name that fewest letters tell from this one, the first of equals; None if more than
    a few do.
    """
    most = min(FARTHEST, len(name) // ONE_IN)
    found: str | None = None
    for one in sorted(known):
        if abs(len(one) - len(name)) <= most:
            off = distance(name, one, most)
            if off is not None:
                found, most = one, off - 1
    return found

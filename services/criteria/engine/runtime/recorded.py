"""What somebody recorded of the facts beneath a result."""

from __future__ import annotations

from collections.abc import Iterator

from services.criteria.engine.runtime.facts import OLD, KnownFact
from services.criteria.engine.runtime.scope import Result


def recorded(result: Result) -> Iterator[KnownFact]:
    """The facts beneath a result that somebody recorded."""
    if result.known is not None and result.known.facts:
        yield result.known
    for below in result.below:
        yield from recorded(below)


def only_old(result: Result) -> bool:
    """Whether all that is recorded beneath a result was seen too long ago."""
    reasons = {known.reason for known in recorded(result)}
    return reasons == {OLD}

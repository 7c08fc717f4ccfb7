"""A native request: JSON bytes read straight into the schema."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from functools import partial

from pydantic import ValidationError

from services.intake.model import Submission
from services.intake.reading.canonical import written
from services.intake.reading.members import check_members
from services.intake.reading.misfits import misfits_of
from shared.errors import Malformed
from shared.events.intake import Channel
from shared.events.model import Part
from shared.events.request import Choice, Fact, FactValue, Interval
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.json_bounds import admit, members, unmarked
from shared.json_text import listed, names_below


def read(raw: bytes, most: int) -> Submission:
    """The submission in `raw`, of up to `most` bytes; else `Malformed` with a code and, for
    `schema`, field paths without their values.
    """
    raw = unmarked(raw)
    tokens = admit(raw, most)
    try:
        submitted = AuthorizationRequestSubmitted.model_validate_json(raw)
    except ValidationError as problem:
        raise refusal(problem) from None
    _check(submitted)
    content = written(submitted)
    check_members(raw, members(raw, tokens), members(content), partial(names_below, Part))
    return Submission(
        content={},
        channel=Channel.NATIVE,
        sender=submitted.sender,
        content_sha256=hashlib.sha256(content).hexdigest(),
        request=submitted,
        reference=submitted.reference,
        member=submitted.member.id,
        amends=submitted.amends,
    )


def refusal(problem: ValidationError) -> Malformed:
    """What a schema's refusal says to a stranger: every place once, with the kind of error and what
    the schema allows there; never the value, never an unknown field's name.
    """
    errors = problem.errors(include_url=False, include_input=False)
    if errors[0]["type"] == "json_invalid":
        return Malformed("The submission is not JSON.", code="not_json")
    places = listed(misfits_of(AuthorizationRequestSubmitted, errors))
    return Malformed(f"The submission does not fit the schema: {places}.", code="schema")


def _check(submitted: AuthorizationRequestSubmitted) -> None:
    """Refuses what the schema cannot say: a sequence used twice, numbers without end, a new request
    for nothing.
    """
    sequences = {line.sequence for line in submitted.lines}
    if len(sequences) != len(submitted.lines):
        raise Malformed("Two lines have the same sequence.", code="duplicate_sequence")
    if submitted.amends is None and all(line.cancelled for line in submitted.lines):
        raise Malformed("A new request cancels all of its own lines.", code="nothing_requested")
    if not _all_finite(submitted.facts):
        raise Malformed("A fact's number is not finite.", code="not_finite")


def _all_finite(facts: Iterable[Fact]) -> bool:
    """Whether every number among the facts is one that JSON can write."""
    return all(type(fact.value) in (bool, int, str) or _finite(fact.value) for fact in facts)


def _finite(value: FactValue | None) -> bool:
    """Whether a fact's value holds only finite numbers."""
    match value:
        case float():
            return math.isfinite(value)
        case Interval():
            return _finite(value.low) and _finite(value.high)
        case Choice():
            return all(_finite(one) for one in value.any_of)
        case tuple():
            return all(_finite(one) for one in value)
        case _:
            return True

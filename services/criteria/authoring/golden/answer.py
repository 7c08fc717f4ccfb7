"""One request under one edition, without the pictures: what the lines come to, and everything that
a reader of the answer could notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from services.criteria.engine.answer import findings, haste
from services.criteria.engine.answer.judge import Judged, judge
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.questions import questions
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import applies, in_force, packaged
from shared.events.request import AuthorizationRequest, ServiceLine

Behaviour = tuple[tuple[str, tuple[object, ...]], ...]
"""What a reader can notice, by kind: `determination`, `advisory`, `question`, `urgency`, `review`,
`citation`.
"""


def lines_of(
    edition: Edition, request: AuthorizationRequest, at: datetime
) -> tuple[ServiceLine, ...]:
    """The lines that the edition is for, with the services of their codes."""
    return tuple(
        one
        for one in map(packaged().asked, request.lines)
        if not one.cancelled
        and applies(edition, one, request.member, at.date())
        and in_force(edition, one, at.date())
    )


@contextmanager
def judged(
    edition: Edition,
    request: AuthorizationRequest,
    at: datetime,
    like: PreparedRequest | None = None,
) -> Iterator[list[Judged]]:
    """Every line that the edition is for, judged; the scopes are closed at the end.

    `like` is the request as another edition read it.
    """
    lines = lines_of(edition, request, at)
    prepared = (
        None
        if not lines
        else like.under(edition)
        if like is not None
        else PreparedRequest(request, at, edition)
    )
    found = [judge(prepared, line) for line in lines] if prepared else []
    try:
        yield found
    finally:
        for one in found:
            one.scope.close()


def behaviour(
    edition: Edition,
    request: AuthorizationRequest,
    at: datetime,
    like: PreparedRequest | None = None,
) -> Behaviour:
    """Everything that a reader of the answer can notice."""
    with judged(edition, request, at, like) as found:
        return (
            (
                "determination",
                tuple(
                    (one.line.sequence, one.outcome, one.reason, one.valid_days) for one in found
                ),
            ),
            (
                "advisory",
                tuple(
                    (one.id, one.text, one.lines, one.call_within_minutes)
                    for one in findings.advisories(found)
                ),
            ),
            ("question", tuple((one.id, one.lines) for one in questions(found)[0])),
            ("urgency", (haste.urgency(request, found),)),
            ("review", tuple(haste.review(one) for one in found)),
            (
                "citation",
                tuple((one.id, one.line, one.applies) for one in findings.citation_list(found)),
            ),
        )


def differing(one: Behaviour, other: Behaviour) -> tuple[str, ...]:
    """The kinds of thing in which two behaviours differ."""
    return tuple(kind for (kind, here), (_, there) in zip(one, other, strict=True) if here != there)

"""Stored requests to try a draft on: read from lines of JSON, or made up for measurements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.golden.neighbours import draws, edited, edits
from services.criteria.authoring.publication.impact import Snapshot
from services.criteria.engine.edition.edition import Edition
from shared.errors import Malformed
from shared.events.request import AuthorizationRequest

EDITS = 3


def read(lines: Iterable[bytes], at: datetime, first: int = 1) -> Iterator[Snapshot]:
    """Requests, one a line of JSON: the request alone (received `at`), or an event of intake that
    carries one; other events are passed over.

    `first` is the number of the first line.
    """
    for n, line in enumerate(lines, first):
        if line.strip():
            found = _snapshot(line, n, at)
            if found is not None:
                yield found


def _snapshot(line: bytes, n: int, at: datetime) -> Snapshot | None:
    try:
        content = json.loads(line)
        data = content.get("data", content)
        given = data.get("request", data if "lines" in data and "member" in data else None)
        if given is None:
            return None
        request = AuthorizationRequest.model_validate_json(json.dumps(given), extra="ignore")
        received = datetime.fromisoformat(data["received_at"]) if "received_at" in data else at
    except (AttributeError, TypeError, ValueError, ValidationError):
        raise Malformed(f"Line {n} is no request.", code="snapshot") from None
    return (
        str(content.get("case_id") or content.get("subject") or f"line {n}"),
        request,
        received if received.tzinfo else received.replace(tzinfo=UTC),
    )


def synthetic(
    edition: Edition, cases: Iterable[GoldenCase], count: int, first: int = 0
) -> Iterator[Snapshot]:
    """So many requests near the golden cases, from the `first` on: each with a few facts changed,
    drawn the same way every time, received over a year.
    """
    pool = [(case, case.request, edits(edition, case)) for case in cases]
    if not pool:
        return
    for n in range(first, first + count):
        (at,), (size,) = draws(1, len(pool), f"which {n}"), draws(1, EDITS + 1, f"many {n}")
        case, request, own = pool[at]
        chosen = [own[one] for one in draws(size, len(own), f"edit {n}")]
        yield (
            f"synthetic {n}",
            edited(case, request, chosen).request,
            case.at - timedelta(hours=n % 8_760),
        )

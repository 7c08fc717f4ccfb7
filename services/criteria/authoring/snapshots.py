"""Stored requests to try a draft on: read from lines of JSON, or made up for measurements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from services.criteria.authoring.golden import GoldenCase
from services.criteria.authoring.impact import Snapshot
from services.criteria.authoring.neighbours import draws, edited, edits
from services.criteria.engine.edition import Edition
from shared.errors import Malformed
from shared.events.request import AuthorizationRequest

EDITS = 3


def read(lines: Iterable[bytes], at: datetime) -> Iterator[Snapshot]:
    """Requests, one a line of JSON: the request alone (received `at`), or an event of intake that carries one; other events are passed over."""
    for n, line in enumerate(lines, 1):
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
    return str(content.get("case_id") or content.get("subject") or f"line {n}"), request, received if received.tzinfo else received.replace(tzinfo=UTC)


def synthetic(edition: Edition, cases: Iterable[GoldenCase], count: int) -> Iterator[Snapshot]:
    """So many requests near the golden cases: each with a few facts changed, drawn the same way every time, received over a year."""
    pool = [(case, case.request, edits(edition, case)) for case in cases]
    which, many = draws(count, max(len(pool), 1), "which"), draws(count, EDITS + 1, "many")
    for n, (at, size) in enumerate(zip(which, many, strict=True)):
        case, request, own = pool[at]
        chosen = [own[one] for one in draws(size, len(own), f"edit {n}")]
        yield f"synthetic {n}", edited(case, request, chosen).request, case.at - timedelta(hours=n % 8_760)

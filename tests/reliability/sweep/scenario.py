"""What people do in the sweep's recording: each act once, so that every kind of event comes
about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from benchmarks.testbed.keys import ROUTING
from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.intake import INTAKE, RequestReceived
from shared.events.reviews import REVIEWS
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples import bariatric_without_bmi, pas, reference_case
from shared.ids import PARTITIONS, home_partition, member_token
from shared.lanes.memory.broker import MemoryBroker
from shared.lanes.transport import PartitionRef
from tests.desk import attested

Written = tuple[PartitionRef, bytes, list[tuple[str, bytes | None]], bytes]
BMI = {"path": "body.bmi", "value": 41, "unit": "kg/m2", "source": {"document": "chart", "page": 1}}
OVERDUE = 40 * 86_400_000_000


class Act(NamedTuple):
    """What happens: `record` gives what is written, from what the broker holds; None where only
    time passes. `later` is in microseconds.
    """

    event: str
    record: Callable[[MemoryBroker], Written | None]
    later: int = 0


def _request(
    change: Callable[[dict[str, Any]], dict[str, Any]],
    example: Callable[[], dict[str, Any]] = reference_case,
    *,
    astray: int = 0,
) -> Written:
    request = change(example())
    member = member_token(ROUTING, request["member"]["id"])
    p = (home_partition(member) + astray) % PARTITIONS
    headers: list[tuple[str, bytes | None]] = [
        ("ce_type", AuthorizationRequestSubmitted.TYPE.encode())
    ]
    return (SUBMISSIONS, p), b"any key", headers, json.dumps(request).encode()


def _plain(value: bytes) -> Written:
    return (SUBMISSIONS, 0), b"any key", [("pa_sender", b"sweep-clinic")], value


def _incomplete(reference: str, **more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda request: request | {"reference": reference} | more


def _opened(reference: str, broker: MemoryBroker) -> str:
    """The case that the incomplete request of this reference opened."""
    return next(
        (one.key or b"").decode()
        for one in broker.records(INTAKE)
        if RequestReceived.TYPE.encode() in dict(one.headers).values()
        and json.loads(one.value or b"")["reference"] == reference
    )


def _amended(reference: str, broker: MemoryBroker) -> Written:
    case = _opened(reference, broker)
    return _request(
        lambda request: _incomplete(reference, amends=case, facts=[*request["facts"], BMI])(
            request
        ),
        bariatric_without_bmi,
    )


def _withdrawn(reference: str, broker: MemoryBroker) -> Written:
    case = _opened(reference, broker)
    return _request(
        lambda request: _incomplete(
            reference,
            amends=case,
            lines=[one | {"cancelled": True} for one in request["lines"]],
        )(request),
        bariatric_without_bmi,
    )


def _review(reference: str, broker: MemoryBroker) -> Written:
    """A clinician's refusal of what this case's review was asked for."""
    case = UUID(_opened(reference, broker))
    asked = next(
        one
        for one in broker.records(CRITERIA)
        if one.key == str(case).encode()
        and (ReviewRequested.TYPE.encode() in dict(one.headers).values())
    )
    told = json.loads(asked.value or b"")
    review = attested(
        case_id=case,
        idempotency_key="review-1",
        evaluation_id=told["evaluation_id"],
        sequence=told["lines"][0],
        content_digest=told["contents"][0]["digest"],
        determination="A3",
    )
    return (REVIEWS, asked.partition), b"any key", [], review.published()


ACTS = (
    Act("submission", lambda _: _request(lambda request: request)),
    Act("submission-repeated", lambda _: _request(lambda request: request)),
    Act("submission-malformed", lambda _: _plain(b"{not json")),
    Act("submission-fhir", lambda _: _plain(pas.text("homecare"))),
    Act(
        "submission-astray",
        lambda _: _request(lambda request: request | {"reference": "sweep-astray"}, astray=5),
    ),
    Act("submission-incomplete", lambda _: _request(_incomplete("sweep-1"), bariatric_without_bmi)),
    Act("submission-incomplete", lambda _: _request(_incomplete("sweep-2"), bariatric_without_bmi)),
    Act("submission-incomplete", lambda _: _request(_incomplete("sweep-3"), bariatric_without_bmi)),
    Act("submission-amended", lambda broker: _amended("sweep-1", broker)),
    Act("submission-withdrawn", lambda broker: _withdrawn("sweep-2", broker)),
    Act("review-submitted", lambda broker: _review("sweep-3", broker)),
    Act("time-passed", lambda _: None, OVERDUE),
)

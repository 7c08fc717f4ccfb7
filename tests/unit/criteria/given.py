"""Small policies, facts and requests that the tests of criteria start from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.language import vocabulary
from shared import examples
from shared.events.intake import Channel, RequestAmended, RequestReceived
from shared.events.model import EventData
from shared.events.request import AuthorizationRequest
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.ids import derive
from shared.lanes.outcome import Received
from tests.desk import KEYS

REFERENCE = DecisionReference(packaged(), b"a key of authorization numbers", desk=KEYS)
AT = datetime(2025, 11, 15, 12, tzinfo=UTC)
CASE = UUID("00000000-0000-0000-0000-00000000000a")

VOCABULARY = """
vocabulary: toy
version: 1
lists: {sites: {of: site, closed_by: sites, ask: "Which sites?"}}
paths:
  a: {type: boolean, ask: "a?"}
  b: {type: boolean, ask: "b?"}
  c: {type: boolean, ask: "c?"}
  n:
    type: number
    unit: kg
    units: {lb: {times: "0.45359237", bare: [900, 999]}, third: {times: "1/3", bare: [900, 999]}}
    possible: [null, null]
    step: 1
    ask: "n?"
  grade: {type: number, possible: [null, null], range: true, ask: "grade?"}
  kind: {type: choice, allowed: [x, y, z], ask: "kind?"}
  level: {type: choice, allowed: [0, 1], ask: "level?"}
  many: {type: set, allowed: [x, y, z], ask: "many?"}
  day: {type: date, ask: "day?"}
  words: {type: text, ask: "words?"}
  newest: {type: number, possible: [null, null], observations: latest, days: 30, ask: "newest?"}
  lowest: {type: number, possible: [null, null], observations: worst, ask: "lowest?"}
  fall: {type: number, derive: policy}
  other: {type: number, possible: [null, null], ask: "other?"}
  site.bad: {type: boolean, of: site, ask: "bad at {item}?"}
  site.seen: {type: boolean, of: site, ask: "seen at {item}?"}
"""
HEAD = """
policy: toy
version: 1.0.0
title: Toy
status: active
source_rank: internal
effective: {from: 2020-01-01}
applies_to: {services: [toy]}
vocabulary: toy@1
approvals: [{name: One, role: director, on: 2020-01-01}, {name: Two, role: chair, on: 2020-01-01}]
editorial: {state: approved, last_updated: 2020-01-01, board: Board}
next_review: 2030-01-01
"""


def policy(criteria: str, more: str = "") -> Edition:
    """The toy policy with these criteria (flow YAML) and whatever else is added."""
    words = vocabulary.load(VOCABULARY, "toy-vocabulary.yaml")
    return edition.load(
        f"{HEAD}{more}\ncriteria: {criteria}\n", "toy.yaml", {words.name: words}, {}
    )


def library(*editions: Edition) -> Library:
    """A library of these editions only."""
    return Library(editions, {one.vocabulary.name: one.vocabulary for one in editions}, {})


def fact(path: str, value: Any, **more: Any) -> dict[str, Any]:
    """A fact as a sender writes it."""
    return {"path": path, "value": value, **more}


def toy_request(*facts: dict[str, Any], closed: bool = False, **line: Any) -> AuthorizationRequest:
    """A request for the toy service with these facts; `closed` closes its list of sites and its set
    `many`.
    """
    content = {
        "member": {"id": "m"},
        "lines": [{"sequence": 1, "services": ["toy"], **line}],
        "facts": facts,
        "lists": [{"name": "sites", "closed": closed}, {"name": "many", "closed": closed}],
    }
    return AuthorizationRequest.model_validate_json(json.dumps(content))


def example(name: str) -> AuthorizationRequest:
    """A named example as a request."""
    submitted = AuthorizationRequestSubmitted.model_validate(getattr(examples, name)())
    return AuthorizationRequest.model_validate(
        submitted.model_dump(include=set(AuthorizationRequest.model_fields))
    )


def accepted(
    request: AuthorizationRequest, version: int = 1, changed: tuple[int, ...] = ()
) -> RequestReceived | RequestAmended:
    """The event by which intake hands on a version of a request."""
    values: dict[str, Any] = {
        "submission_id": CASE,
        "version": version,
        "sender": "s",
        "channel": Channel.NATIVE,
        "received_at": AT,
        "content_sha256": "0" * 64,
        "request": request,
    }
    return (
        RequestReceived(**values)
        if version == 1
        else RequestAmended(**values, changed_lines=changed)
    )


def received(event: EventData, n: int = 1) -> Received:
    """The event as a decision gets it."""
    return Received(derive(CASE, "cause", str(n)), CASE, event.TYPE, event, AT, AT)

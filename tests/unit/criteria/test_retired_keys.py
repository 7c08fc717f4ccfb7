"""A key of the desk's that got out: whoever has it decides nothing from its retirement on, whatever
instant they write; what was decided before stays.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.criteria.decide import decide
from services.criteria.decide.attestation import RETIRED, RETIREMENT, item_of, key_id, signed
from services.criteria.decide.reference import DecisionReference
from services.criteria.handlers import service
from services.criteria.reference import packaged
from shared.errors import Impossible, Malformed
from shared.events.criteria import Determination
from shared.events.policies import PublishedItem, ReferencePublished
from shared.events.reviews import ReviewRecorded
from shared.instants import micros
from shared.lanes.outcome import Outcome
from shared.lanes.publications import refusal
from shared.lanes.service import References
from shared.lanes.state.reference import ReferenceItem
from shared.settings import load
from tests import desk
from tests.unit.criteria.given import AT, received
from tests.unit.criteria.test_asks import asked
from tests.unit.criteria.test_reviews import declines, pended, review

SUCCESSOR = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = key_id(desk.KEY.public_key())
KNOWN = (*packaged(), item_of(desk.KEY.public_key()), item_of(SUCCESSOR.public_key()))
GONE = ReferenceItem(RETIREMENT, NAME, RETIRED)
CASE = pended()
APPROVAL = review(CASE, determination=Determination.APPROVED, basis=None)
CRITERIA = service(desk.with_desk(load("criteria")))


def references() -> References:
    assert CRITERIA.references is not None
    return CRITERIA.references


def reference(*items: ReferenceItem) -> DecisionReference:
    built = references().build(items)
    assert isinstance(built, DecisionReference)
    return built


def published(kind: str, ident: str, content: str) -> Outcome[Any]:
    item = PublishedItem(kind=kind, id=ident, content=content)
    data = ReferencePublished(items=(item,), published_by="operations", reason="It got out.")
    return CRITERIA.decide(reference(*KNOWN), None, received(data), AT)


@pytest.mark.parametrize("days", [0, 30, -30], ids=["now", "later", "as if long before"])
@pytest.mark.parametrize("what", ["refusal", "approval"])
def test_what_a_retired_key_signs_decides_nothing_whatever_instant_it_says(what: str, days: int):
    given = {"determination": "A1", "basis": None} if what == "approval" else {}
    forged = review(CASE, **given, decided_at=AT + timedelta(days=days))
    taken = decide(reference(*KNOWN), CASE, received(forged), AT)
    assert any(isinstance(one.data, ReviewRecorded) for one in taken.events)

    outcome = decide(reference(*KNOWN, GONE), CASE, received(forged), AT)

    assert declines(outcome) == ["key_retired"]
    assert outcome.state == CASE


def test_nobody_is_asked_by_a_retired_key():
    outcome = decide(reference(*KNOWN, GONE), CASE, received(asked(CASE)), AT)

    assert declines(outcome) == ["key_retired"]
    assert outcome.state == CASE


def test_the_keys_that_were_not_retired_count_as_ever():
    made = signed(SUCCESSOR, review(CASE))
    outcome = decide(reference(*KNOWN, GONE), CASE, received(made), AT)

    assert any(isinstance(one.data, ReviewRecorded) for one in outcome.events)


def test_what_was_decided_before_stays_and_its_repeat_changes_nothing():
    before = decide(reference(*KNOWN), CASE, received(APPROVAL), AT)
    assert any(isinstance(one.data, ReviewRecorded) for one in before.events)

    after = decide(reference(*KNOWN, GONE), before.state, received(APPROVAL, 3), AT)

    assert (after.state, after.events) == (before.state, ())


def test_a_retirement_is_published_and_read_from_the_next_batch_on():
    (planned,) = published(RETIREMENT, NAME, RETIRED.decode()).reference

    assert planned.item == GONE
    assert planned.active_from == micros(AT)


@pytest.mark.parametrize(
    ("ident", "content", "why"),
    [
        ("nobody's", RETIRED.decode(), "no key nobody's"),
        (NAME, "{}", "does not say so"),
        (NAME, '{"retired":false}', "does not say so"),
    ],
)
def test_what_retires_no_key_is_refused_and_changes_nothing(ident: str, content: str, why: str):
    outcome = published(RETIREMENT, ident, content)

    assert outcome.reference == ()
    assert why in outcome.rows[0].values["detail"]
    with pytest.raises((Impossible, Malformed)):
        reference(*KNOWN, ReferenceItem(RETIREMENT, ident, content.encode()))


def test_no_publication_takes_a_retirement_back():
    back = ReferenceItem(RETIREMENT, NAME, b'{"retired":false}')

    assert "Another content is in force" in refusal(references(), (*KNOWN, GONE), (back,))
    # Not even one that brings the key again.
    assert published("desk_key", NAME, KNOWN[-2].content.decode()).reference == ()

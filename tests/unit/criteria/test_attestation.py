"""A review decides only what the desk has signed, and a replay years later finds the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.criteria.decide import decide
from services.criteria.decide.attestation import desk_keys, item_of, key_id, signed, unattested
from services.criteria.handlers import KINDS, service
from services.criteria.reference import packaged
from shared.errors import Malformed
from shared.events.criteria import Determination
from shared.events.reviews import ReviewRecorded, ReviewSubmitted
from shared.lanes.state.reference import ReferenceItem
from shared.settings import load
from tests import desk
from tests.unit.criteria.given import AT, REFERENCE, received
from tests.unit.criteria.test_reviews import declines, pended, review

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
CASE = pended()
SIGNED = review(CASE)
APPROVED = review(CASE, determination=Determination.APPROVED, basis=None)


def as_signed(token: str | None) -> ReviewSubmitted:
    return SIGNED.model_copy(update={"attestation": token})


def token(key: Any, algorithm: str = "EdDSA", **headers: str) -> str:
    plain = SIGNED.model_copy(update={"attestation": None}).published()
    named = {"kid": key_id(desk.KEY.public_key()), "typ": "pa-review+jws", **headers}
    return jwt.PyJWS().encode(plain, key, algorithm=algorithm, headers=named)


def answers(submitted: ReviewSubmitted) -> list[str]:
    outcome = decide(REFERENCE, CASE, received(submitted), AT)
    assert outcome.state == CASE
    return declines(outcome)


@pytest.mark.parametrize("whole", [SIGNED, APPROVED], ids=["refusal", "approval"])
def test_an_unsigned_review_decides_nothing_for_or_against(whole: ReviewSubmitted):
    assert answers(whole.model_copy(update={"attestation": None})) == ["not_attested"]


head, body, seal = (SIGNED.attestation or "").split(".")
FORGED = {
    "another key": signed(STRANGER, SIGNED).attestation,
    "another key under the desk's name": token(STRANGER),
    "no signature": f"{head}.{body}.",
    "a part of it": f"{head}.{body}",
    "a changed signature": f"{head}.{body}.{'A' if seal[0] != 'A' else 'B'}{seal[1:]}",
    "a changed body": f"{head}.{body[:-2]}AA.{seal}",
    "nonsense": "nonsense",
    "dots": "..",
    "algorithm none": token(None, "none"),
    "the public key as a secret": token(b"k" * 32, "HS256"),
    "a kind of its own": token(desk.KEY, typ="JWT"),
    "a key that nobody knows": token(desk.KEY, kid="unknown"),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_what_the_desk_did_not_sign_decides_nothing(forged: str):
    assert answers(as_signed(forged)) == ["wrong_signature"]


CHANGES: dict[str, dict[str, Any]] = {
    "determination": {"determination": Determination.MODIFIED},
    "evaluation_id": {"evaluation_id": UUID(int=7)},
    "sequence": {"sequence": 1},
    "content": {"content_digest": f"1:{'7' * 64}"},
    "key": {"idempotency_key": "another"},
    "reason": {"reason": "Another."},
    "criterion": {"criterion": "stability"},
    "basis": {"basis": None},
    "units": {"granted_units": 1},
    "last day": {"granted_until": AT.date()},
    "instant": {"decided_at": datetime(2025, 11, 16, tzinfo=UTC)},
    "registry": {"registry_sha256": "1" * 64},
    "reviewer": {"reviewer": SIGNED.reviewer.model_copy(update={"name": "Dr. Else"})},
    "licence": {"reviewer": SIGNED.reviewer.model_copy(update={"licence_valid_until": None})},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_review_that_says_something_else_than_was_signed_decides_nothing(name: str):
    assert answers(SIGNED.model_copy(update=CHANGES[name])) == ["attestation_differs"]


def test_every_field_of_a_review_is_signed():
    assert {"case_id", "attestation"} | {
        field for change in CHANGES.values() for field in change
    } == set(ReviewSubmitted.model_fields)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basis": None}, "no_basis"),
        ({"basis": {"policy": "x", "version": "1", "criterion": "x"}}, "unknown_criterion"),
        ({"decided_at": None}, "reviewer_incomplete"),
        ({"registry_sha256": None}, "reviewer_incomplete"),
        ({"reviewer": {**desk.REVIEWER, "licence_valid_until": None}}, "reviewer_incomplete"),
        ({"reviewer": {**desk.REVIEWER, "licence_valid_until": "2025-11-14"}}, "licence_expired"),
    ],
    ids=str,
)
def test_what_the_desk_signed_must_be_able_to_carry_a_refusal(change: dict[str, Any], code: str):
    if change.get("basis"):
        change = {"basis": {"kind": "criterion", **change["basis"]}}
    assert answers(review(CASE, **change)) == [code]


def on_criterion(name: str, on: datetime) -> ReviewSubmitted:
    line = CASE.line(2)
    assert line is not None
    policy = line.summary.policy
    assert policy is not None
    basis = {
        "kind": "criterion",
        "policy": policy.policy,
        "version": policy.version,
        "criterion": name,
    }
    return review(CASE, basis=basis, criterion=name, decided_at=on)


def test_a_criterion_of_the_policy_carries_a_refusal_until_its_review_is_overdue():
    outcome = decide(REFERENCE, CASE, received(on_criterion("cauda_equina", AT)), AT)
    recorded = [one.data for one in outcome.events if isinstance(one.data, ReviewRecorded)]
    assert [one.basis for one in recorded] == [on_criterion("cauda_equina", AT).basis]

    late = AT + timedelta(days=3_650)
    assert answers(on_criterion("cauda_equina", late)) == ["edition_overdue"]
    assert answers(on_criterion("no_such", AT)) == ["unknown_criterion"]


def test_a_decision_stands_in_a_replay_after_its_licence_has_lapsed():
    lapsed = {**desk.REVIEWER, "licence_valid_until": "2025-12-31"}
    submitted = review(CASE, reviewer=lapsed)

    now = decide(REFERENCE, CASE, received(submitted), AT)
    years_later = decide(REFERENCE, CASE, received(submitted), AT + timedelta(days=3_650))

    assert [one.data for one in years_later.events] == [one.data for one in now.events]
    assert now.state != CASE


def test_the_desk_key_is_read_from_the_reference_set_and_no_publication_brings_one():
    criteria = service(desk.with_desk(load("criteria")))
    assert criteria.references is not None
    item = item_of(desk.KEY.public_key())

    assert set(criteria.references.packaged()) == {*packaged(), item}
    assert criteria.references.build((*packaged(), item)).desk.keys() == desk.KEYS.keys()
    assert item.kind in criteria.references.fixed
    assert item.kind not in KINDS
    assert item.kind not in criteria.references.kinds


def test_without_a_desk_nobody_decides():
    criteria = service(load("criteria"))
    assert criteria.references is not None
    reference = criteria.references.build(criteria.references.packaged())

    assert declines(decide(reference, CASE, received(SIGNED), AT)) == ["wrong_signature"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x", b"{}"),
        ("x", b"no JSON"),
        ("x", json.dumps({"x": "AA"}).encode()),
        ("another", item_of(desk.KEY.public_key()).content),
    ],
)
def test_a_desk_key_that_is_none_is_refused(name: str, content: bytes):
    with pytest.raises(Malformed):
        desk_keys([ReferenceItem("desk_key", name, content)])


def test_what_was_signed_by_a_former_key_stays_readable():
    keys = desk_keys([item_of(STRANGER.public_key()), item_of(desk.KEY.public_key())])

    assert unattested(SIGNED, keys) is None
    assert unattested(signed(STRANGER, SIGNED), keys) is None

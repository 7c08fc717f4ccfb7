"""The table of who may do what, by its rules."""

from __future__ import annotations

import pytest

from services.criteria.api.desk.clock_commands import RIGHTS
from shared.access.actions import Action, Relation
from shared.access.claims import scoped
from shared.access.permissions import PERMISSIONS, may, may_somewhere, relation_to
from shared.access.principal import Principal, Role

WRITES = {
    Action.SUBMIT,
    Action.REEVALUATE,
    Action.CLOSE_CALL,
    Action.COMMAND,
    Action.APPROVE,
    Action.ASK,
    Action.REFUSE,
    *RIGHTS.values(),
    Action.REQUEUE_PARKED,
    Action.PUBLISH_REFERENCE,
}
CLINICAL = {
    Action.READ_CASE,
    Action.READ_APPEALS,
    Action.READ_EVALUATION,
    Action.READ_WORKLIST,
    Action.READ_REVIEW,
    Action.READ_LETTERS,
    Action.READ_LETTER_DOCUMENT,
}


def granted(role: Role) -> set[Action]:
    return {one for one in Action if may_somewhere(Principal("p", frozenset({role})), one)}


def test_every_action_is_in_the_table():
    assert set(PERMISSIONS.grants) == set(Action)


def test_an_auditor_writes_nothing_and_reads_everything():
    assert granted(Role.AUDITOR) == set(Action) - WRITES


def test_operations_see_nothing_clinical_and_decide_nothing():
    assert granted(Role.OPERATIONS).isdisjoint(CLINICAL)
    assert granted(Role.OPERATIONS).isdisjoint({Action.APPROVE, Action.ASK, Action.REFUSE})


def test_only_a_physician_refuses():
    assert {role for role in Role if Action.REFUSE in granted(role)} == {
        Role.PHYSICIAN,
        Role.MEDICAL_DIRECTOR,
    }


def test_a_submitter_has_what_is_its_own_and_nothing_else():
    own = {Action.SUBMIT, Action.READ_CASE, Action.READ_SUBMISSION}
    submitter = Principal("p", frozenset({Role.SUBMITTER}))

    assert granted(Role.SUBMITTER) == own | {Action.READ_INTERFACE}
    assert all(may(submitter, one, Relation.OWN) for one in own)
    assert not any(
        may(submitter, one, to) for one in own for to in (Relation.ANY, Relation.ASSIGNED)
    )


def test_nobody_may_anything_without_a_role():
    assert not any(may_somewhere(Principal("p", frozenset()), one) for one in Action)


def test_a_right_to_anything_is_a_right_to_ones_own():
    auditor = Principal("p", frozenset({Role.AUDITOR}))

    assert all(may(auditor, Action.READ_CASE, relation) for relation in Relation)


def test_two_roles_may_what_either_may():
    both = Principal("p", frozenset({Role.SUBMITTER, Role.OPERATIONS}), frozenset({"a"}))

    assert may(both, Action.SUBMIT, relation_to(both, "a"))
    assert not may(both, Action.SUBMIT, relation_to(both, "b"))
    assert may(both, Action.READ_LANES, Relation.ANY)


@pytest.mark.parametrize(("local", "own"), [(True, Relation.OWN), (False, Relation.ANY)])
def test_a_star_is_every_sender_only_in_a_token_of_the_local_issuer(local: bool, own: Relation):
    principal = Principal("p", frozenset({Role.SUBMITTER}), frozenset({"*"}), local=local)

    assert relation_to(principal, "npi:1") is own
    assert principal.only_sender == ""


@pytest.mark.parametrize(
    ("senders", "only"), [((), ""), (("a",), "a"), (("a", "b"), ""), (("*",), "")]
)
def test_the_only_sender_is_that_of_who_has_one(senders: tuple[str, ...], only: str):
    assert Principal("p", frozenset(), frozenset(senders)).only_sender == only


@pytest.mark.parametrize(
    ("scope", "roles"),
    [
        ("system/Claim.c", {Role.SUBMITTER}),
        ("system/Claim.cu", {Role.SUBMITTER}),
        ("system/Claim.cruds", {Role.SUBMITTER}),
        ("openid system/Claim.c offline_access", {Role.SUBMITTER}),
        ("system/Claim.write", {Role.SUBMITTER}),
        ("system/Claim.*", {Role.SUBMITTER}),
        ("system/Claim.rs", set()),
        ("system/Claim.read", set()),
        ("system/Claim.uc", set()),
        ("system/Claim.", set()),
        ("system/Claim", set()),
        ("system/*.c", set()),
        ("system/Claim.c?status=active", set()),
        ("user/Claim.c", set()),
        ("patient/Claim.c", set()),
        ("system/ClaimResponse.c", set()),
        ("SYSTEM/CLAIM.C", set()),
        ("system/Claim.c,system/Claim.r", set()),
        ("", set()),
    ],
)
def test_a_scope_of_a_fhir_client_is_a_role(scope: str, roles: set[Role]):
    assert scoped(scope) == roles

"""A determination is told by letters, and all of it stands in a log that can be verified."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from shared.examples import reference_case
from tests.stacks import RunningStack
from tests.stories.telling import bytes_of, determined, document, eventually, from_sender

pytestmark = pytest.mark.stack
Json = dict[str, Any]


@pytest.fixture(scope="module")
def case_id(stack: RunningStack) -> str:
    """A case that was approved."""
    case = determined(stack, bytes_of(from_sender(reference_case(), "letters")))
    return str(case["case_id"])


@pytest.fixture(scope="module")
def written(stack: RunningStack, case_id: str) -> list[Json]:
    """The letters of the case, once rendered."""
    return eventually(lambda: _rendered(stack, case_id))


def _rendered(stack: RunningStack, case_id: str) -> list[Json] | None:
    found = stack.desk.letters(case_id)
    return found if found and all(one["sha256"] for one in found) else None


def test_one_letter_goes_to_the_member_and_one_to_the_provider(written: list[Json]):
    assert sorted(one["audience"] for one in written) == ["member", "provider"]
    assert {one["kind"] for one in written} == {"approval"}


def test_every_document_has_the_hash_that_was_published(stack: RunningStack, written: list[Json]):
    for letter in written:
        for one in letter["documents"]:
            content = document(stack, letter["letter_id"], one["format"])
            assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert document(stack, letter["letter_id"], "pdf").startswith(b"%PDF-1.")


def test_who_read_a_letter_stands_in_the_audit_log(
    stack: RunningStack, case_id: str, written: list[Json]
):
    letter_id = written[0]["letter_id"]
    document(stack, letter_id, "pdf")

    looks = eventually(lambda: _reads(stack, case_id, f"{letter_id}.pdf"))

    assert looks[0]["roles"] == ["nurse"]


def _reads(stack: RunningStack, case_id: str, resource: str) -> list[Json]:
    """The looks at a document that the log has heard of."""
    looks = [entry["look"] for entry in stack.desk.accesses(case_id)]
    return [one for one in looks if one["resource"] == resource]


def test_the_audit_log_holds_every_event_and_verifies(stack: RunningStack, written: list[Json]):
    report = eventually(lambda: _sealed(stack))

    assert report["problems"] == []
    assert report["events"] > len(written)


def _sealed(stack: RunningStack) -> Json | None:
    """The verification once a checkpoint covers events."""
    report = stack.desk.verified()
    return report if report["consistent"] and report["sealed"] else None

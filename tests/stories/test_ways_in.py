"""However a request arrives, it ends in one case: HTTP, or Kafka with any key, any partition, any
partitioner.
"""

from __future__ import annotations

import json

import pytest

from cli.services.submit import sent
from shared.events.intake import RequestReceived, SubmissionDuplicated
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.examples import bariatric_without_bmi
from tests.stacks import RunningStack
from tests.stories.telling import (
    by_line,
    bytes_of,
    described,
    determined,
    eventually,
    from_sender,
    opened,
    publish,
)

pytestmark = pytest.mark.stack


def request_of(sender: str) -> bytes:
    return bytes_of(from_sender(bariatric_without_bmi(), sender))


@pytest.mark.parametrize("partition", [0, 11, 23])
def test_a_record_with_any_key_on_any_partition_opens_the_case_it_would_open_over_http(
    stack: RunningStack, partition: int
):
    content = request_of(f"partition-{partition}")

    publish(stack, [{"value": content, "key": b"whatever", "partition": partition}])

    case_id = opened(stack, content)
    assert by_line(described(stack, case_id)) == {1: "A4"}
    assert sent(content, stack.urls["intake"], 14).case_id == case_id


@pytest.mark.parametrize("partitioner", ["consistent_random", "murmur2_random"])
def test_a_producer_with_its_own_partitioner_ends_in_the_same_case(
    stack: RunningStack, partitioner: str
):
    content = request_of(partitioner)

    publish(stack, [{"value": content, "key": b"M-1"}], partitioner=partitioner)

    assert by_line(described(stack, opened(stack, content))) == {1: "A4"}


def test_a_record_without_key_or_headers_is_told_by_its_content(stack: RunningStack):
    content = request_of("bare")

    publish(stack, [{"value": content}])

    case_id = opened(stack, content)
    assert described(stack, case_id)["case_id"] == case_id


def test_what_was_withdrawn_may_be_asked_for_again(stack: RunningStack):
    content = request_of("again")
    first = determined(stack, content)["case_id"]
    request = json.loads(content)
    lines = [{**line, "cancelled": True} for line in request["lines"]]
    withdrawal = bytes_of({**request, "amends": first, "lines": lines})

    assert sent(withdrawal, stack.urls["intake"], 14).case_id == first
    again = determined(stack, content)

    assert again["case_id"] != first
    assert by_line(again) == {1: "A4"}


def test_the_same_content_by_three_ways_is_one_request(stack: RunningStack):
    content = request_of("three-ways")
    typed = {"ce_type": AuthorizationRequestSubmitted.TYPE.encode()}

    case_id = determined(stack, content)["case_id"]
    publish(
        stack,
        [
            {"value": content, "key": b"a", "partition": 3},
            {"value": content, "key": b"b", "partition": 17, "headers": typed},
        ],
    )

    types = eventually(lambda: _types_with_repeats(stack, case_id))
    assert types.count(RequestReceived.TYPE) == 1
    assert len(stack.desk.case(case_id)["versions"]) == 1


def _types_with_repeats(stack: RunningStack, case_id: str) -> list[str] | None:
    types = [event["type"] for event in stack.desk.timeline(case_id)]
    return types if types.count(SubmissionDuplicated.TYPE) == 2 else None

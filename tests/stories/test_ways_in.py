"""However a request arrives, it ends in one case: HTTP, or Kafka with any key, any partition, any
partitioner.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from cli.services.request_file import submission_of
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
    publish,
)

pytestmark = pytest.mark.stack


def request_of(sender: str) -> tuple[bytes, UUID]:
    """A request and the case that it opens."""
    content = bytes_of(from_sender(bariatric_without_bmi(), sender))
    return content, submission_of(content).submission_id


@pytest.mark.parametrize("partition", [0, 11, 23])
def test_a_record_with_any_key_on_any_partition_opens_the_case_it_would_open_over_http(
    stack: RunningStack, partition: int
):
    content, case_id = request_of(f"partition-{partition}")

    publish(stack, [{"value": content, "key": b"whatever", "partition": partition}])

    assert by_line(described(stack, str(case_id))) == {1: "A4"}
    assert sent(content, stack.urls["intake"], 14)[0] == str(case_id)


@pytest.mark.parametrize("partitioner", ["consistent_random", "murmur2_random"])
def test_a_producer_with_its_own_partitioner_ends_in_the_same_case(
    stack: RunningStack, partitioner: str
):
    content, case_id = request_of(partitioner)

    publish(stack, [{"value": content, "key": str(case_id).encode()}], partitioner=partitioner)

    assert by_line(described(stack, str(case_id))) == {1: "A4"}


def test_a_record_without_key_or_headers_is_told_by_its_content(stack: RunningStack):
    content, case_id = request_of("bare")

    publish(stack, [{"value": content}])

    assert described(stack, str(case_id))["case_id"] == str(case_id)


def test_the_same_content_by_three_ways_is_one_request(stack: RunningStack):
    content, case_id = request_of("three-ways")
    typed = {"ce_type": AuthorizationRequestSubmitted.TYPE.encode()}

    assert determined(stack, content)["case_id"] == str(case_id)
    publish(
        stack,
        [
            {"value": content, "key": b"a", "partition": 3},
            {"value": content, "key": b"b", "partition": 17, "headers": typed},
        ],
    )

    types = eventually(lambda: _types_with_repeats(stack, str(case_id)))
    assert types.count(RequestReceived.TYPE) == 1
    assert len(stack.desk.case(str(case_id))["versions"]) == 1


def _types_with_repeats(stack: RunningStack, case_id: str) -> list[str] | None:
    types = [event["type"] for event in stack.desk.timeline(case_id)]
    return types if types.count(SubmissionDuplicated.TYPE) == 2 else None

"""What cannot be read gets a named error and is kept; what stood beside it is worked as if nothing
had happened.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from confluent_kafka import KafkaException

from cli.services import web
from shared.access.principal import Role
from shared.examples import bariatric_without_bmi
from tests.stacks import RunningStack
from tests.stories.telling import (
    by_line,
    bytes_of,
    described,
    from_sender,
    opened,
    publish,
    rejections,
)

pytestmark = pytest.mark.stack
DEEP = b'{"sender":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
MALFORMED = {
    "not_json": b"this is not JSON",
    "schema": b'{"sender": "s", "member": {"id": "m"}}',
    "too_deep": DEEP,
}
TOO_LARGE = b'{"sender": "' + b"x" * 30_000_000 + b'"}'


@pytest.mark.parametrize("code", MALFORMED)
def test_over_http_a_malformed_submission_gets_a_problem_document_with_its_code(
    stack: RunningStack, code: str
):
    with pytest.raises(web.HttpRefusal) as refused:
        web.post(
            f"{stack.urls['intake']}/v1/submissions",
            MALFORMED[code],
            "application/json",
            Role.SUBMITTER,
        )

    assert refused.value.code == code
    assert refused.value.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}


def test_over_http_thirty_megabytes_are_refused_with_413(stack: RunningStack):
    with pytest.raises(web.HttpRefusal) as refused:
        web.post(
            f"{stack.urls['intake']}/v1/submissions", TOO_LARGE, "application/json", Role.SUBMITTER
        )

    assert (refused.value.status, refused.value.code) == (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
    )


def test_on_kafka_malformed_records_are_rejected_by_name_and_their_neighbours_are_worked(
    stack: RunningStack,
):
    before, after = (
        bytes_of(from_sender(bariatric_without_bmi(), name)) for name in ("before", "after")
    )
    bad_header = before + b" "
    records: list[dict[str, Any]] = [
        {"value": before},
        *({"value": raw} for raw in MALFORMED.values()),
    ]
    records += [{"value": bad_header, "headers": {"pa_sender": b"\xff\xfe\x00"}}, {"value": after}]

    publish(stack, [{**record, "key": b"batch", "partition": 5} for record in records])

    rejected = rejections(stack, [*MALFORMED.values(), bad_header])
    assert [one["code"] for one in rejected] == [*MALFORMED, "header"]
    for content in (before, after):
        assert by_line(described(stack, opened(stack, content))) == {1: "A4"}


def test_on_kafka_the_bytes_of_a_rejected_record_are_kept(stack: RunningStack):
    raw = b"these bytes are kept"

    publish(stack, [{"value": raw}])

    (rejected,) = rejections(stack, [raw])
    kept = web.get(
        f"{stack.urls['intake']}/v1/submissions/{rejected['submission_id']}", Role.OPERATIONS
    )
    assert (kept["outcome"], kept["code"], kept["sha256"]) == (
        "rejected",
        "not_json",
        rejected["raw_sha256"],
    )
    assert rejected["raw_bytes"] == len(raw)


def test_on_kafka_thirty_megabytes_are_refused_by_the_broker_or_rejected_by_name(
    stack: RunningStack,
):
    try:
        publish(stack, [{"value": TOO_LARGE, "partition": 9}])
    except (KafkaException, AssertionError) as refused:
        # Real Kafka refuses it, the embedded broker takes it.
        assert "MSG_SIZE_TOO_LARGE" in str(refused)  # noqa: PT017
    else:
        assert rejections(stack, [TOO_LARGE])[0]["code"] == "too_large"
    content = bytes_of(from_sender(bariatric_without_bmi(), "after-large"))
    publish(stack, [{"value": content, "partition": 9}])
    assert by_line(described(stack, opened(stack, content))) == {1: "A4"}

"""What the running services say to HTTP requests in themselves, and to a record's own timestamp."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.access.principal import Role
from shared.examples import bariatric_without_bmi
from tests.access import Token
from tests.cases.matching import Seen, check
from tests.cases.table import Case, content, params
from tests.stacks import RunningStack, embedded
from tests.stories.telling import eventually, opened, publish

pytestmark = pytest.mark.stack
SIZES = (10_485_760, 10_485_660)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with embedded(tmp_path_factory.mktemp("embedded") / "state") as running:
        yield running


@pytest.mark.parametrize("case", [one for one in params("transport") if one.id[0] == "h"])
def test_a_request_in_itself_is_answered_as_the_standards_have_it(case: Case, stack: RunningStack):
    request = json.loads(content(case.name))
    for body in _bodies(request):
        answer = httpx.request(
            request["method"],
            stack.urls["intake"] + request["path"],
            headers=request["headers"],
            content=body,
            auth=Token(Role.SUBMITTER),
            timeout=30,
        )
        check(case, seen(answer))


@pytest.mark.parametrize("case", [one for one in params("transport") if one.id[0] == "k"])
def test_a_record_is_received_when_we_receive_it(case: Case, stack: RunningStack):
    record = json.loads(content(case.name))
    value = json.dumps(record["value_json"]).encode()
    publish(stack, [{"value": value, "timestamp": record["timestamp_ms"]}])
    case_id = opened(stack, value)
    found = eventually(lambda: stack.desk.timeline(case_id)) and eventually(
        lambda: stack.desk.case(case_id)
    )

    age = datetime.now(UTC) - datetime.fromisoformat(found["versions"][0]["received_at"])
    check(case, {"received_now": abs(age) < timedelta(minutes=5)})


def seen(answer: httpx.Response) -> Seen:
    """An answer in the words of the table."""
    return {
        "status": answer.status_code,
        "headers": [f"{name}={value}" for name, value in answer.headers.items()],
        "body": answer.text,
        "texts": [answer.text],
    }


def _bodies(request: dict[str, Any]) -> list[bytes]:
    """The body in base64; a sentence where it would be too long is a good request with spaces."""
    if "body" in request:
        good = json.dumps(bariatric_without_bmi()).encode()
        return [good.ljust(size) for size in SIZES]
    return [b64decode(request.get("body_base64", ""))]

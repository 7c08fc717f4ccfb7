"""kcat itself, against real Kafka: Debian 12's (librdkafka 2.0.2) cannot read the embedded broker's
greeting.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cli.services.submit import sent
from shared.events.submissions import SUBMISSIONS
from tests.patience import PATIENCE
from tests.stacks import RunningStack
from tests.stories.telling import by_line, described, opened
from tests.stories.test_ways_in import request_of

pytestmark = [
    pytest.mark.containers,
    pytest.mark.needs("kcat"),
]


def test_a_file_published_by_kcat_with_any_key_ends_in_the_same_case(
    stack: RunningStack, tmp_path: Path
):
    content = request_of("kcat")
    file = tmp_path / "request.json"
    file.write_bytes(content)

    subprocess.run(
        ["kcat", "-P", "-b", stack.broker, "-t", SUBMISSIONS, "-k", "anything", str(file)],
        check=True,
        timeout=PATIENCE,
    )

    case_id = opened(stack, content)
    assert by_line(described(stack, case_id)) == {1: "A4"}
    assert sent(content, stack.urls["intake"], 14).case_id == case_id

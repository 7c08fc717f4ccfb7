"""What the README says can be sent to a running system opens a case."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from cli.services.request_file import content_of
from tests.docs.test_documents import ROOT, blocks, run
from tests.stacks import RunningStack
from tests.stories.telling import by_line, described, opened

pytestmark = pytest.mark.stack
REFERENCE = ROOT / "shared/examples/reference_case.json"


def test_the_producer_of_the_readme_opens_a_case(stack: RunningStack, tmp_path: Path):
    (code,) = blocks("python")
    example = tmp_path / "example.py"
    example.write_text(code, encoding="utf-8")

    ran = run([sys.executable, str(example)], PRIORAUTH_BROKER=stack.broker)

    assert ran.returncode == 0, ran.stderr
    case_id = opened(stack, content_of(REFERENCE))
    assert by_line(described(stack, case_id)) == {1: "A1", 2: "A1"}


@pytest.mark.needs("curl")
def test_the_request_of_the_readme_can_be_sent_with_curl(stack: RunningStack):
    (command,) = [
        piped
        for block in blocks("sh")
        for piped in re.findall(r"^priorauth .*\|\n *curl.*", block, re.MULTILINE)
    ]
    command = command.replace("http://127.0.0.1:8080", stack.urls["intake"])
    command = command.replace("priorauth", f"{sys.executable} -m cli.main", 1)

    ran = run(
        ["sh", "-c", command],
        PRIORAUTH_STATE=str(stack.state),
        PRIORAUTH_INTAKE_URL=stack.urls["intake"],
    )

    assert '"case_id"' in ran.stdout, ran.stderr

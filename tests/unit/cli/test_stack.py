"""How a service of the embedded stack that did not start is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.embedded.stack import ending, refusal


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, "ended with exit code 0"),
        (3, "ended with exit code 3"),
        (-9, "was ended by SIGKILL"),
        (-99, "was ended by signal 99"),
    ],
)
def test_an_end_is_told_with_its_exit_code_or_its_signal(code: int, told: str):
    assert ending(code) == told


def test_a_service_that_refused_to_start_is_quoted(tmp_path: Path):
    log = tmp_path / "audit.log"
    log.write_bytes(b"\xff\naudit cannot start: the disk is full. Empty it.\n")

    assert refusal(log, "audit") == "audit cannot start: the disk is full. Empty it."


@pytest.mark.parametrize("content", ["", "Traceback\n", "audit cannot start: first\nthen more\n"])
def test_a_log_that_ends_otherwise_is_not_quoted(tmp_path: Path, content: str):
    log = tmp_path / "audit.log"
    log.write_text(content)

    assert refusal(log, "audit") is None

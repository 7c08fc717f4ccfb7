"""What becomes of each record that an outsider writes to the topic of submissions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.events.intake import INTAKE, SubmissionRejected
from shared.ids import PARTITIONS
from tests.cases.conversation import cases
from tests.cases.matching import Seen, check
from tests.cases.platform import Platform, running
from tests.cases.table import Case, content, params

ORDINARY = "k-future-timestamp"


@pytest.mark.parametrize("case", params("records"))
def test_a_record_ends_the_same_in_every_partition(case: Case, stores: Path, tmp_path: Path):
    with running(stores, tmp_path / "platform", documents=False) as platform:
        for partition in range(PARTITIONS):
            _write(platform, partition, json.loads(content(case.name)))
            _write(platform, partition, json.loads(content(ORDINARY)))
        platform.settle()
        found = seen(platform)

    check(case, found)


def seen(platform: Platform) -> Seen:
    """How many cases there are, and how many records were rejected by which code."""
    codes = Counter(
        json.loads(value)["code"]
        for envelope, value in platform.events(INTAKE)
        if envelope.type == SubmissionRejected.TYPE
    )
    return {
        "cases": len(cases(platform)),
        "rejected": [f"{count} {code}" for code, count in codes.items()],
    }


def _write(platform: Platform, partition: int, record: dict[str, Any]) -> None:
    value = record["value_json"]
    headers = [
        (name, None if text is None else bytes.fromhex(text)) for name, text in record["headers"]
    ]
    platform.record(partition, headers, None if value is None else json.dumps(value).encode())

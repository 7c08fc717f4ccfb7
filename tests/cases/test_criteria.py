"""What `priorauth evaluate FILE --json` says to each request."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from cli.services.evaluate import evaluated
from shared.errors import Malformed
from tests.cases.matching import Seen, check
from tests.cases.table import FOLDER, RECEIVED, Case, content, params

NOTHING: Seen = {
    "refused": "",
    "urgency": "",
    "lines": {},
    "segments": {},
    "policies": {},
    "approved": 0,
    "advises": [],
    "asks": [],
    "told": [],
    "calls": [],
    "reasons": [],
}


@pytest.mark.parametrize("case", params("criteria"))
def test_a_request_is_evaluated_as_a_careful_payer_would(case: Case):
    check(case, seen(content(case.name)))


def test_the_command_prints_this_evaluation():
    name = "bari_bmi_410"
    printed = subprocess.run(
        [sys.executable, "-m", "cli.main", "evaluate", FOLDER / f"criteria/{name}.json", "--json"],
        capture_output=True,
        check=True,
        cwd=FOLDER.parents[1],
    ).stdout

    assert json.loads(printed)["lines"] == evaluated(content(name), RECEIVED)["lines"]


def seen(raw: bytes) -> Seen:
    """What an evaluation says, in the words of the table."""
    try:
        found = evaluated(raw, RECEIVED)
    except Malformed as refused:
        return NOTHING | {"refused": refused.code, "told": [str(refused)]}
    lines = found["lines"]
    advises = [f"{one['id']} | {one['text']}" for one in found["advisories"]]
    asks = [f"{one['id']} | {one['text']}" for one in found["questions"]]
    return NOTHING | {
        "urgency": found["urgency"],
        "lines": {str(one["sequence"]): f"{one['outcome']} {one['reason']}" for one in lines},
        "segments": {str(one["sequence"]): one["segment"] for one in lines},
        "policies": {str(one["sequence"]): (one["policy"] or {}).get("policy") for one in lines},
        "approved": sum(one["outcome"] == "approve" for one in lines),
        "advises": advises,
        "asks": asks,
        "told": [*advises, *asks, *(one["reason"] for one in lines)],
        "calls": [
            f"{one['id']} {one['call_within_minutes']}"
            for one in found["advisories"]
            if one["call_within_minutes"] is not None
        ],
        "reasons": [f"{node['id']}={node['reason']}" for line in lines for node in _nodes(line)],
    }


def _nodes(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [*line["guards"], *([line["tree"]] if line["tree"] else [])]
    while waiting:
        node = waiting.pop()
        waiting += node["children"]
        yield node

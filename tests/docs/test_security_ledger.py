"""The ledger of the security standard is whole, and what it cites exists."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECURITY = ROOT / "docs/security"
STANDARD, LEDGER = SECURITY / "asvs-5.0.0.txt", SECURITY / "asvs.csv"
MODEL = SECURITY / "threat-model.md"
TEST = re.compile(r"(?P<file>tests/[\w/-]+\.py)::(?P<name>test_\w+)")
FILE = re.compile(r"(?:^|(?<=[\s(`]))((?:cli|deploy|docs|services|shared|tests|tools)/[\w./-]*\w)")
LONGEST = 200


class Entry(NamedTuple):
    """A requirement, whether it is met, by which tests, and why."""

    id: str
    level: str
    met: str
    evidence: str
    reason: str


def ledger() -> list[Entry]:
    with LEDGER.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file, strict=True)
    assert tuple(head) == Entry._fields
    return [Entry(*row) for row in rows]


@cache
def named_in(file: str) -> frozenset[str]:
    """The names of the tests in a file, as it is written."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def lacking(cited: list[str]) -> list[str]:
    """Those of the cited tests that are none."""
    found = {one: TEST.fullmatch(one) for one in cited}
    return [
        one
        for one, parts in found.items()
        if not parts or parts["name"] not in named_in(parts["file"])
    ]


def nowhere(text: str) -> list[str]:
    """The files and folders of ours that a text names and that are not there."""
    return [one for one in FILE.findall(text) if not (ROOT / one).exists()]


def test_every_requirement_of_the_chosen_chapters_has_one_row_with_its_level_in_order():
    lines = STANDARD.read_text(encoding="utf-8").splitlines()
    wanted = [tuple(line.split()) for line in lines if not line.startswith("#")]

    assert [(one.id, one.level) for one in ledger()] == wanted
    assert len(dict(wanted)) == len(wanted)
    assert {level for _, level in wanted} == {"1", "2"}
    assert sum(level == "1" for _, level in wanted) == 70


@pytest.mark.parametrize("one", ledger(), ids=lambda one: one.id)
def test_a_row_says_what_holds_and_its_tests_exist(one: Entry):
    assert one.met in {"yes", "no", "n/a"}
    assert 0 < len(one.reason) <= LONGEST
    assert lacking(one.evidence.split()) == []
    assert nowhere(one.reason) == []
    if one.met == "yes":
        assert one.evidence or FILE.search(one.reason), "a test, or the module that does it"
    else:
        assert one.evidence == "", "what is not met, or is nothing here, has no evidence"


def test_what_the_threat_model_cites_exists():
    text = MODEL.read_text(encoding="utf-8")
    cited = [found.group() for found in TEST.finditer(text)]

    assert cited
    assert lacking(cited) == []
    assert nowhere(text) == []


def test_a_test_that_is_gone_is_missed():
    here = "tests/docs/test_security_ledger.py"

    assert lacking([f"{here}::test_a_test_that_is_gone_is_missed"]) == []
    for wrong in (
        f"{here}::test_that_nobody_wrote",
        "tests/nowhere.py::test_it",
        f"{here}::lacking",
    ):
        assert lacking([wrong]) == [wrong]
    assert nowhere("it is shared/nowhere.py that does it") == ["shared/nowhere.py"]

"""The page of the lane log names every invariant of the simulator and every seeded bug."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/internals/lane-log.md"
NAMED = re.compile(r' \("([a-z ]+)"\)')
BUG = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
ROW = re.compile(r"^\| ([a-z ]+) \| [^|]+ \| ([^|]*)\|$", re.MULTILINE)


def table() -> dict[str, list[str]]:
    """The seeded bugs of each invariant, as the page has them."""
    part = PAGE.read_text(encoding="utf-8").partition("## What must hold")[2]
    return {
        name: re.findall(r"`(\w+)`", bugs)
        for name, bugs in ROW.findall(part)
        if name != "invariant"
    }


def checked() -> Iterator[str]:
    """The invariants that the simulator asks for."""
    for path in (ROOT / "tests/reliability/simulator").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "must":
                name = node.args[1]
                assert isinstance(name, ast.Constant), f"{path.name}, line {node.lineno}"
                yield str(name.value)


def test_the_page_has_each_invariant_that_the_simulator_checks_and_no_other():
    assert set(table()) == set(checked())


def test_each_seeded_bug_stands_beside_one_invariant_or_on_the_page_of_its_part():
    others = [
        bug
        for page in ("security/threat-model.md", "operations/clocks.md")
        for bug in BUG.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    ]
    told = [bug for bugs in table().values() for bug in bugs] + others

    assert sorted(told) == sorted(
        path.stem for path in (ROOT / "tests/reliability/bugs").glob("*.patch")
    )


def test_what_a_comment_of_the_lane_log_names_in_brackets_is_an_invariant_of_the_page():
    named = {
        name
        for path in (ROOT / "shared/lanes").rglob("*.py")
        for name in NAMED.findall(re.sub(r"\n[ #]*", " ", path.read_text(encoding="utf-8")))
    }

    assert named
    assert named - set(table()) == set()

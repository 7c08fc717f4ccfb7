"""The page of the policy language is the one that its specification gives."""

from __future__ import annotations

import re
from pathlib import Path

from tools.catalogue import language

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policy-language.md"


def test_the_committed_page_is_that_of_the_specification():
    assert PAGE.read_text(encoding="utf-8") == language.document(), "run: make docs"


def test_every_link_inside_the_page_leads_to_a_heading():
    text = PAGE.read_text(encoding="utf-8")
    headings = [
        language.anchor(title) for title in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    ]
    fragments = set(re.findall(r"\]\(#([^)]+)\)", text))

    assert fragments
    assert fragments <= set(headings)
    assert len(headings) == len(set(headings))


def test_a_line_of_a_table_has_as_many_cells_as_its_head():
    head = 0
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        head = (head or cells) if cells else 0
        assert cells == head, line

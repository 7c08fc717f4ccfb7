"""Whatever a value holds, a terminal shows it and obeys none of it."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.screen.display import evaluation_trees
from cli.screen.safe import HOSTILE, escaped, marked, plain, safe

ATTACK = "[bold]x[/] \x1b[2J\x9b31m \u202eabc [/nonsense]"
LINE = {"sequence": 1, "outcome": "pend", "reason": "no_policy"}


def printed(value: object) -> str:
    out = io.StringIO()
    Console(file=out, width=400, force_terminal=False, emoji=False).print(value)
    return out.getvalue()


@given(st.text())
def test_markup_and_escapes_of_any_text_are_shown_and_not_obeyed(text: str):
    shown = printed(marked(f"[bold]{safe(text)}[/]"))

    assert HOSTILE.search(shown) is None
    assert "".join(shown.split()) == "".join(plain(text).split())


@given(st.text())
def test_json_keeps_its_content_and_holds_no_control_character(text: str):
    document = escaped(json.dumps({"text": text}, ensure_ascii=False, indent=1))

    assert HOSTILE.search(document) is None
    assert json.loads(document) == {"text": text}


def test_a_line_without_a_segment_has_a_tree():
    assert "line 1 : pend (no_policy)" in printed(evaluation_trees({"lines": [LINE]}))


def test_hostile_values_of_an_evaluation_are_shown_and_not_obeyed():
    tree = {"id": ATTACK, "state": "met", "label": ATTACK, "reason": ATTACK, "subject": ATTACK}
    line = LINE | {"segment": ATTACK, "reason": ATTACK, "tree": tree}

    shown = printed(evaluation_trees({"lines": [line]}))

    assert "[bold]x[/]" in shown
    assert HOSTILE.search(shown) is None

"""`docs/policy-language.md`: the policy language by its operators, each with the examples that
`tests/specification` runs through the engine.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any

import yaml

from services.criteria.authoring.golden import cases as golden
from services.criteria.engine.edition.compiler import MAX_DEPTH, MAX_NODES
from services.criteria.engine.language.yaml_source import MAX_BYTES, read
from tests.specification import words
from tests.specification.contents import CHAPTERS
from tests.specification.entry import Chapter, Entry, Example
from tests.specification.suitability import SUITABLE
from tests.specification.world import CASES, CODE_SET, POLICY, RECEIVED, SCORE, VOCABULARY

COLUMNS = 100
HEADER = """# The policy language

Generated from `tests/specification` by `make docs`: every table row below is a test that runs
through the engine. How to go from a page of rules to a published policy is in
[how-to/add-a-policy.md](how-to/add-a-policy.md), how to add an operator in
[how-to/add-an-operator.md](how-to/add-an-operator.md).
"""
STATES = """A criterion is **met**, **not met** or **unknown** (`not_documented` in events). Met
criteria approve the line; whatever else they are, it goes to a person, and what is unknown is asked
for. Nothing that a policy can say refuses a request."""
NOTATION = f"""The facts of an example are written as in a golden case: `path: value` of the member,
`path@item: value` of an item of a list, and `path: {{value: …}}` where there is more to say
(`unit`, `certainty`, `scope`, `observed_at`). `closed` names the lists and sets that the request
calls complete. Every example is received on {RECEIVED:%Y-%m-%d}."""
WHOLE = f"""A policy file with every key of its first level; most are optional. Then its golden
cases (`cases.yaml`), which are green; a case that does not say `at` is received at
{golden.AT:%Y-%m-%d %H:%M} UTC. Keys that the language does not know do not load, and the error says
on which line they stand. A tree has at most {MAX_NODES} nodes and is at most {MAX_DEPTH} deep, a
file has at most {MAX_BYTES // 1024} KiB, and YAML's anchors, aliases and tags are not taken."""
WORLD = """The facts that the examples may name, as their vocabulary says them; the score table
and the code set are those of the example policies."""


def document() -> str:
    """The page as Markdown."""
    return "\n".join(
        [
            HEADER,
            _contents(),
            f"## States\n\n{_wrapped(STATES)}\n",
            _rows("why it is unknown", "meaning", words.UNKNOWN),
            "An event also gives a reason with a state that rests on something special:\n",
            _rows("reason", "meaning", words.REMARKED),
            f"## A whole policy\n\n{_wrapped(WHOLE)}\n",
            _code(POLICY),
            _code(CASES),
            f"## How to read the examples\n\n{_wrapped(NOTATION)}\n",
            *(_chapter(chapter) for chapter in CHAPTERS),
            "## Keys that change no answer\n",
            _remarks(),
            f"## The vocabulary of the examples\n\n{_wrapped(WORLD)}\n",
            _code(VOCABULARY),
            _code(SCORE),
            _code(CODE_SET),
        ]
    )


def _contents() -> str:
    """Every chapter with its sections, as links."""
    rows = [
        f"| {_link(chapter.title)} | {', '.join(_link(one.title) for one in chapter.entries)} |"
        for chapter in CHAPTERS
    ]
    begun = ", ".join(
        _link(title) for title in ("States", "A whole policy", "How to read the examples")
    )
    ended = ", ".join(
        _link(title) for title in ("Keys that change no answer", "The vocabulary of the examples")
    )
    header = ("| chapter | sections |", "|---|---|", f"| Before | {begun} |")
    return "\n".join([*header, *rows, f"| After | {ended} |", ""])


def _link(title: str) -> str:
    return f"[{title}](#{anchor(title)})"


def anchor(title: str) -> str:
    """The fragment that a heading has on a page of Markdown."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _chapter(chapter: Chapter) -> str:
    sections = "\n".join(_section(entry) for entry in chapter.entries)
    table = f"{_suitability()}\n" if chapter.leaves else ""
    return f"## {chapter.title}\n\n{_wrapped(chapter.text)}\n\n{table}{sections}"


def _section(entry: Entry) -> str:
    """An operator: what it means, its criteria, what comes of each example, what does not load."""
    criteria = f"criteria:\n{_indented(entry.criteria)}"
    shown = "\n".join(part.strip("\n") for part in (entry.policy, criteria) if part)
    parts = [f"### {entry.title}\n", f"{_wrapped(entry.text)}\n", _code(shown), _table(entry)]
    if entry.refused:
        parts.append(_refused(entry))
    return "\n".join(parts)


def _table(entry: Entry) -> str:
    rows = "\n".join(
        f"| {_given(entry, one)} | {_cell(one.answer) or 'nothing'} | {_cell(one.why)} |"
        for one in entry.examples
    )
    return f"| documented | {entry.shows} | why |\n|---|---|---|\n{rows}\n"


def _given(entry: Entry, one: Example) -> str:
    """What differs from the section's policy, and what the request says."""
    shown = [
        *(f"{name}: {text}" for name, text in _instead(entry, one)),
        *one.facts,
        *([f"closed: [{', '.join(one.closed)}]"] if one.closed else []),
        *(f"{name}: {text}" for name, text in (("line", one.line), ("member", one.member)) if text),
    ]
    return "<br>".join(f"`{_cell(text)}`" for text in shown) or "nothing"


def _instead(entry: Entry, one: Example) -> list[tuple[str, str]]:
    """The criteria and the policy of an example that has its own, on one line each."""
    found = []
    if one.policy is not None and one.policy != entry.policy:
        found.append(("with", _flow(one.policy)))
    if one.criteria is not None and one.criteria != entry.criteria:
        found.append(("criteria", _flow(one.criteria)))
    return found


def _refused(entry: Entry) -> str:
    rows = "\n".join(
        f"| `{_cell(_flow(one.policy or one.criteria or entry.criteria))}` | {_cell(one.error)} |"
        for one in entry.refused
    )
    return f"| does not load | the error says |\n|---|---|\n{rows}\n"


def _rows(first: str, second: str, table: dict[str, str]) -> str:
    rows = "\n".join(f"| `{key}` | {_cell(text)} |" for key, text in table.items())
    return f"| {first} | {second} |\n|---|---|\n{rows}\n"


def _remarks() -> str:
    rows = "\n".join(
        f"| `{key.partition('.')[2]}` | {words.PLACES[key.partition('.')[0]]} | {_cell(text)} |"
        for key, text in words.REMARKS.items()
    )
    return f"| key | of | what it says |\n|---|---|---|\n{rows}\n"


def _suitability() -> str:
    rows = "\n".join(
        f"| {kind} | {', '.join(_link(f'`{one}`') for one in operators)} |"
        for kind, operators in SUITABLE.items()
    )
    return f"| type of the fact | operators |\n|---|---|\n{rows}\n"


def _cell(text: str) -> str:
    """Text that a table's cell can hold."""
    return " ".join(text.split()).replace("|", "\\|")


def _flow(text: str) -> str:
    """YAML on one line: key by key, each value in flow style."""
    if "\n" not in text.strip():
        return text.strip()
    content = read(text, "example.yaml").content
    parts = content if isinstance(content, dict) else {"": content}
    return "; ".join(f"{key}: {_value(value)}" for key, value in parts.items())


def _value(value: Any) -> str:
    dumped = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=math.inf)
    return " ".join(dumped.replace("\n...", "").split())


def _indented(text: str) -> str:
    return textwrap.indent(text.strip("\n"), "  ")


def _code(text: str) -> str:
    body = text.strip("\n")
    return f"```yaml\n{body}\n```\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), COLUMNS, break_long_words=False, break_on_hyphens=False
    )

"""How an answer is compared with the right one: by regular expressions over what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.cases.table import Case, Different

Seen = dict[str, Any]
NEVER = "never"
"""Expectations below this word must not be met by anything that was seen."""


def check(case: Case, seen: Seen) -> None:
    """Raises `Different` unless one of the right answers holds whole."""
    answers = [list(_differences(right, seen)) for right in case.right]
    if all(answers):
        raise Different(f"{case.name}: {case.why}\n" + "\nnor ".join(map("; ".join, answers)))


def flat(content: Any, path: str = "") -> Iterator[str]:
    """JSON as one `path=value` for every leaf, `lines.0.segment=T4-T8`."""
    if isinstance(content, dict | list):
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for name, value in pairs:
            yield from flat(value, f"{path}.{name}" if path else str(name))
    else:
        yield f"{path}={content}"


def _differences(right: dict[str, Any], seen: Seen) -> Iterator[str]:
    for name, wanted in right.items():
        if name == NEVER:
            yield from _unwanted(wanted, seen)
        elif not _holds(wanted, seen[name]):
            yield f"{name} is {_short(seen[name])} and not {wanted}"


def _holds(wanted: Any, found: Any) -> bool:
    if isinstance(found, dict):
        return all(
            str(key) in found and _holds(one, found[str(key)]) for key, one in wanted.items()
        )
    if isinstance(found, list):
        every = wanted if isinstance(wanted, list) else [wanted]
        return all(_any(one, found) for one in every) if every else not found
    return re.fullmatch(str(wanted), str(found), re.DOTALL) is not None


def _unwanted(never: dict[str, list[str]], seen: Seen) -> Iterator[str]:
    for name, patterns in never.items():
        found = seen[name]
        texts = list(found.values()) if isinstance(found, dict) else found
        for pattern in patterns:
            if _any(pattern, texts):
                yield f"{name} has {pattern}, which must not be: {_short(found)}"


def _any(pattern: str, texts: list[str]) -> bool:
    return any(re.search(pattern, text, re.DOTALL) for text in texts)


def _short(found: Any) -> str:
    text = repr(found)
    return text if len(text) < 600 else f"{text[:600]}..."

"""The tables of cases: which inputs there are, what the right answer to each is, and which are
answered wrongly still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent
RECEIVED = datetime(2026, 11, 29, 12, tzinfo=UTC)
"""When every case is received: its dates are near or far from this day."""
WRITTEN = frozenset({"letters", "pdf", "marks"})
KINDS = frozenset({"foundations", "values", "clinical", "later"})


@dataclass(frozen=True, slots=True)
class Case:
    """An input, why it is here, and its right answer: one of `right` has to hold whole.

    `send` are the steps that lead to the answer; without any, the input of the case's name is sent.
    `wrong` is what comes out as long as it is wrong.
    """

    name: str
    kind: str
    why: str
    right: tuple[dict[str, Any], ...]
    wrong: str = ""
    send: tuple[dict[str, Any], ...] = ()
    inputs: tuple[str, ...] = ()

    @property
    def reads_letters(self) -> bool:
        """Whether the right answer speaks of what letters say."""
        return bool(
            WRITTEN & {name for one in self.right for name in (*one, *one.get("never", ()))}
        )


def table(door: str) -> list[Case]:
    """The cases of one door."""
    rows = yaml.safe_load((FOLDER / f"{door}.yaml").read_text(encoding="utf-8"))
    return [_case(name, row) for name, row in rows.items()]


def _case(name: str, row: dict[str, Any]) -> Case:
    right = row.pop("right")
    alternatives = right if isinstance(right, list) else [right]
    send = tuple(row.pop("send", ()))
    inputs = tuple(str(step["file"]) for step in send if "file" in step) or (name,)
    case = Case(name, right=tuple(alternatives), send=send, inputs=inputs, **row)
    assert case.kind in KINDS, f"{name} is of no kind"
    assert all(case.right), f"{name} expects nothing"
    return case


def params(door: str) -> list[Any]:
    """The cases of one door as a test takes them: one that is wrong today has to fail, by its
    assertion and not by an error on the way.
    """
    return [pytest.param(case, id=case.name, marks=_marks(case)) for case in table(door)]


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    if not case.wrong:
        return []
    reason = f"{case.kind}: {case.wrong}"
    return [pytest.mark.xfail(raises=Different, strict=True, reason=reason)]


class Different(AssertionError):
    """The answer is not the right one."""


def content(name: str) -> bytes:
    """The bytes of an input, whichever folder it is in."""
    (path,) = FOLDER.glob(f"*/{name}.json")
    return path.read_bytes()


def inputs() -> set[str]:
    """The names of all inputs."""
    return {path.stem for path in FOLDER.glob("*/*.json")}

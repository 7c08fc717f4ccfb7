"""A triage file in a folder of its own, with its golden cases."""

from __future__ import annotations

from pathlib import Path

from services.criteria.authoring.triage import cases as golden
from services.criteria.authoring.triage import coverage
from services.criteria.authoring.triage.answer import check
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.triage import compiler
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.errors import Impossible

FILE, CASES = "triage.yaml", "cases.yaml"


def checked(folder: Path) -> tuple[TriageProtocol, str]:
    """The triage file of a folder and its text; raises `PolicyInvalid`, or `Impossible` where a
    golden case is not green or a sign has none.
    """
    text = (folder / FILE).read_text("utf-8")
    made = compiler.load(text, str(folder / FILE), packaged().vocabularies)
    file = folder / CASES
    cases = golden.load(file.read_text("utf-8"), str(file)) if file.is_file() else ()
    wrong = [
        f"{one.name}: {what} is {found} and not {expected}"
        for one in check(made, cases)
        for what, expected, found in one.wrong
    ] or coverage.missing(made, cases)
    if wrong:
        raise Impossible(
            f"The golden cases of {folder} do not bear out its triage file: {wrong[0]}",
            code="not_covered",
            remedy=f"Correct {FILE} or {CASES}; {len(wrong)} in all.",
        )
    return made, text

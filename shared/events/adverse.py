"""The line nobody crosses, as a rule on data: what refuses or reduces stands on a clinician, named
whole; software approves or refers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic_core import PydanticCustomError

from shared.errors import Impossible

NOT_CERTIFIED, MODIFIED = "A3", "A6"
ADVERSE = frozenset({NOT_CERTIFIED, MODIFIED})
"""X12 306 codes that refuse or reduce: not certified, modified."""
REFUSAL = "refusal"
"""The kind of a notice that refuses."""
CLINICIAN, UNKNOWN = "clinician", "other"
CODE = "adverse_without_clinician"
"""Why a record is parked that refuses, and names no clinician."""
UNKNOWN_BASIS = "adverse_on_unknown_basis"
"""Why one is parked that refuses on a basis which this version does not know: a newer one may."""
ALARMS = frozenset({CODE, UNKNOWN_BASIS})
NAMED = ("id", "name", "licence", "licence_state", "specialty")


class Ruling(Protocol):
    """What says how a line was determined, and on whose word."""

    @property
    def determination(self) -> str:
        """The code."""
        ...

    @property
    def basis(self) -> str | None:
        """What it rests on."""
        ...

    @property
    def reviewer(self) -> object:
        """The clinician, where one decided."""
        ...


R = TypeVar("R", bound=Ruling)


def founded(ruling: R) -> R:
    """The ruling; pydantic's error where it is adverse and no clinician stands behind it."""
    if ruling.determination in ADVERSE:
        stand((ruling.determination,), ruling.basis, (ruling.reviewer,))
    return ruling


Refuses = Callable[[Any], bool]
"""How an event that can refuse or reduce tells whether it does."""


def refuses(event: Any) -> bool:
    """Whether an event refuses or reduces by its own determination."""
    return event.determination in ADVERSE


def line_refuses(event: Any) -> bool:
    """Whether an event does, or a line in it."""
    return refuses(event) or not ADVERSE.isdisjoint([one.determination for one in event.lines])


def notice_refuses(event: Any) -> bool:
    """Whether a notice tells of what refuses or reduces."""
    return not ADVERSE.isdisjoint(event.codes)


def whole(reviewer: object) -> bool:
    """Whether it says who decided, by which licence, and in which field: none of it blank."""
    return reviewer is not None and all(str(getattr(reviewer, name)).strip() for name in NAMED)


def stand(codes: Iterable[str], basis: str | None, reviewers: Sequence[object]) -> None:
    """Raises pydantic's error where one of the codes is adverse and no clinician stands behind it.

    A basis that is unknown here stays readable, as values of open enumerations are; nothing may be
    done on it (`refuse_unknown`).
    """
    if ADVERSE.isdisjoint(codes) or basis == UNKNOWN:
        return
    if basis != CLINICIAN or not reviewers or not all(whole(one) for one in reviewers):
        raise PydanticCustomError(CODE, "what refuses stands on a clinician, named whole")


def refuse_unknown(codes: Iterable[str], basis: str | None) -> None:
    """Raises `Impossible` for an adverse code on a basis that this version does not know."""
    if basis == UNKNOWN and not ADVERSE.isdisjoint(codes):
        raise Impossible(
            "A determination refuses or reduces on a basis that this version does not know.",
            code=UNKNOWN_BASIS,
            remedy="Deploy the version that its producer has, and requeue it.",
        )


def unfounded(errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether pydantic's errors say that something refuses without a clinician."""
    return any(one["type"] == CODE for one in errors)


def rule(
    reviewer: str = "reviewer", *, basis: bool = True, several: bool = False, kind: str = ""
) -> dict[str, Any]:
    """The rule as a JSON Schema has it, beside a field `determination`: `reviewer` names the field
    with the clinician (or several), `kind` one that may say that a notice refuses; `basis`: the
    part says what it rests on.
    """
    named: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": "string", "pattern": r"\S"} for name in NAMED},
        "required": [*NAMED],
    }
    clinicians = {"type": "array", "minItems": 1, "items": named} if several else named
    refuses = [refusing(), *([_says(kind, REFUSAL)] if kind else [])]
    stands: dict[str, Any] = {"properties": {reviewer: clinicians}, "required": [reviewer]}
    if basis:
        stands["properties"]["basis"] = {"const": CLINICIAN}
        stands["required"] = ["basis", reviewer]
    return {"if": refuses[0] if len(refuses) == 1 else {"anyOf": refuses}, "then": stands}


def rule_of_lines() -> dict[str, Any]:
    """The rule of what sums up lines: it refuses what a line of it refuses."""
    lines = {"type": "array", "contains": refusing()}
    return {"if": refusing(), "then": {"properties": {"lines": lines}, "required": ["lines"]}}


def refusing() -> dict[str, Any]:
    """A JSON Schema of what refuses or reduces."""
    return _says("determination", *sorted(ADVERSE))


def _says(field: str, *values: str) -> dict[str, Any]:
    return {"properties": {field: {"enum": [*values]}}, "required": [field]}

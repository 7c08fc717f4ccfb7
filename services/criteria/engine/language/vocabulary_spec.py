"""A vocabulary file as it is written: facts and lists, each with the question that asks for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.criteria.engine.language.contradiction import (
    ContradictionSpec,
)
from services.criteria.engine.language.criterion import Id, Numeric, Scalar, Strict
from services.criteria.engine.language.scale import Range, Units

Kind = Literal["boolean", "choice", "set", "number", "level", "date", "text"]
Rule = Literal["agree", "latest", "worst"]
OF_NUMBERS = frozenset({"unit", "units", "possible", "usual", "zero"})


class PathSpec(Strict):
    """One fact.

    `of` is the kind of subject; `range` says that an interval is a range over muscle groups;
    `invasive` that to learn it takes an invasive test, which nobody is asked for while there is
    another way.

    Outside of `possible` no number can be, and a number needs it; outside of `usual` it is asked
    about, but for nought where `zero` says that it is usual.

    Several observations: `agree` (else a conflict), `latest` (within `days`), or `worst` (the
    lowest number). `acute`: how it was long ago does not tell how it is now.
    """

    type: Kind
    of: Id = "member"
    unit: str | None = None
    units: Units
    possible: Range | None = None
    usual: Range | None = None
    zero: bool = False
    step: Numeric | None = None
    allowed: tuple[Scalar, ...] = ()
    range: bool = False
    observations: Rule = "agree"
    days: Annotated[int | None, Field(ge=0)] = None
    acute: bool = False
    derive: str | None = None
    ask: str | None = None
    invasive: bool = False


class ListSpec(Strict):
    """A list that policies may walk: subjects of one kind, all of them or those whose level lies
    inside the line's segment.

    `named_by`: whether an item is at the vertebrae that its name says, or between two of which the
    name may say the upper one alone.
    """

    of: Id
    inside_line: bool = False
    named_by: Literal["vertebrae", "motion_segment"] = "vertebrae"
    closed_by: Id
    ask: str


class VocabularySpec(Strict):
    """A vocabulary file.

    `aliases` are other spellings of paths; `acute_days` after how many days an acute finding has to
    be asked about.
    """

    vocabulary: Id
    version: int
    acute_days: Annotated[int | None, Field(ge=0)] = None
    aliases: Annotated[dict[Id, Id], Field(default_factory=dict)]
    contradicts: tuple[ContradictionSpec, ...] = ()
    lists: Annotated[dict[Id, ListSpec], Field(default_factory=dict)]
    paths: dict[Id, PathSpec]

"""What changed between two evaluations of a case: the answer to a documentation request, as the
provider and the clinician see it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared.events.model import Code, Part


class FactChange(Part):
    """A fact that was added, corrected or withdrawn; `before` and `after` hold its observations
    (value, unit, certainty).
    """

    path: Code
    subject: Code
    what: Literal["added", "corrected", "withdrawn"]
    before: tuple[dict[str, Any], ...] = ()
    after: tuple[dict[str, Any], ...] = ()


class LineChange(Part):
    """A line whose outcome or reason changed; None where the line was not there."""

    sequence: int
    before: Literal["approve", "pend"] | None
    after: Literal["approve", "pend"] | None
    reason: Code | None = None


class NodeChange(Part):
    """A node of a line's criteria or guards whose state changed, and the changed facts beneath it.

    `subject` is the item of a list that it stands on.
    """

    sequence: int
    id: Code
    subject: Code | None = None
    before: Literal["met", "not_met", "not_documented"]
    after: Literal["met", "not_met", "not_documented"]
    because: tuple[Annotated[str, Field(max_length=130)], ...] = ()


class EvaluationChanges(Part):
    """The changes since the evaluation `before`: facts, lines, nodes; the questions that were
    answered and those that are still open.
    """

    before: UUID
    facts: tuple[FactChange, ...] = ()
    lines: tuple[LineChange, ...] = ()
    nodes: tuple[NodeChange, ...] = ()
    answered: tuple[Code, ...] = ()
    open: tuple[Code, ...] = ()

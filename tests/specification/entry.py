"""What a module of the specification declares: an operator, what it means, and examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.criteria.engine.answer.evaluate import Evaluation
from tests.specification import answers

UNKNOWN_LEAVES = (
    "absent",
    "illegible",
    "conflicting",
    "stale",
    "below_confidence",
    "group_scope",
    "uncertain",
)
"""Every way in which one fact can leave its leaf unknown."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request and what the engine answers.

    `facts`, `line` and `member` are written as in a golden case (YAML), one string a fact, so that
    a fact may stand twice; `closed` are the lists and sets that the request calls complete.
    `criteria` and `policy` stand in place of the entry's own.
    """

    answer: str
    why: str
    facts: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    line: str = ""
    member: str = ""
    criteria: str | None = None
    policy: str | None = None

    def under(self, criteria: str) -> Example:
        """The same request before other criteria."""
        return replace(self, criteria=criteria)


@dataclass(frozen=True, slots=True)
class Refused:
    """What does not load in place of the entry's criteria (or as part of the policy), and words of
    the error.
    """

    error: str
    criteria: str | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One section of the page.

    `keys` are the keys of the language that it explains, as `Model.key`. `criteria` is YAML, and
    `policy` what the policy says besides it. `answer` is which part of an evaluation the examples
    show, under the heading `shows`. `beside` is what other policies of the library say.
    """

    title: str
    keys: tuple[str, ...]
    text: str
    criteria: str
    examples: tuple[Example, ...]
    policy: str = ""
    refused: tuple[Refused, ...] = ()
    answer: Callable[[Evaluation], str] = answers.state
    shows: str = "the criterion is"
    beside: tuple[str, ...] = ()

    def criteria_of(self, one: Example | Refused) -> str:
        """The criteria of an example."""
        return self.criteria if one.criteria is None else one.criteria

    def policy_of(self, one: Example | Refused) -> str:
        """The rest of the policy of an example."""
        return self.policy if one.policy is None else one.policy


@dataclass(frozen=True, slots=True)
class Chapter:
    """Entries that belong together; `leaves` says that each compares one fact."""

    title: str
    text: str
    entries: tuple[Entry, ...]
    leaves: bool = False


def unusable(path: str, value: str, other: str, illegible: str) -> tuple[Example, ...]:
    """The ways in which no leaf can use a fact, whatever its operator: nothing documented, nothing
    legible, two values that contradict each other, too old, not sure enough, said of a group.
    """
    return (
        Example("unknown (absent)", "Nobody documented it: that is not a no."),
        Example(
            "unknown (illegible)",
            "The value does not fit the fact's type, so nothing is guessed.",
            (f"{path}: {illegible}",),
        ),
        Example(
            "unknown (conflicting)",
            "Two observations of the same day and certainty contradict each other.",
            (f"{path}: {value}", f"{path}: {other}"),
        ),
        Example(
            "unknown (stale)",
            "The vocabulary lets it count for 90 days.",
            (f"{path}: {{value: {value}, observed_at: 2025-03-01}}",),
        ),
        Example(
            "unknown (below_confidence)",
            "The leaf asks for a confirmed fact.",
            (f"{path}: {{value: {value}, certainty: probable}}",),
        ),
        Example(
            "unknown (group_scope)",
            "It was said of several subjects together, not of this one.",
            (f"{path}: {{value: {value}, scope: group}}",),
        ),
    )

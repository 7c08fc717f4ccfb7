"""What is known of one fact: certainty and contradiction kept apart from the value."""

from __future__ import annotations

from typing import Any, Final

from shared.events.evaluation import Evidence
from shared.events.request import Certainty, Fact

RANK = {Certainty.POSSIBLE: 0, Certainty.PROBABLE: 1, Certainty.CONFIRMED: 2}
CONFIRMED = 2
OLD: Final = "old_evidence"
DOUBTED: Final = frozenset({"illegible", "conflicting", "stale", OLD})
"""Reasons of facts that are recorded, and that nobody can use as they stand."""


class KnownFact:
    """What is known of one fact.

    `reason` says why the value cannot be used, and `why` so in a sentence; `sound` that a leaf may
    use it without a second look; `extreme` that the value is unusual and was verified.

    `asks` are the (path, item) that would make an unknown derived value known; `shown` is its
    evidence once somebody asked for it; `detail` what a computation found besides the value.
    """

    __slots__ = (
        "asks",
        "detail",
        "extreme",
        "facts",
        "group",
        "path",
        "rank",
        "reason",
        "shown",
        "sound",
        "subject",
        "value",
        "why",
    )

    def __init__(
        self,
        path: str,
        value: Any,
        *,
        facts: tuple[Fact, ...] = (),
        subject: str = "",
        reason: str | None = None,
    ) -> None:
        self.path, self.value, self.facts, self.subject, self.reason = (
            path,
            value,
            facts,
            subject,
            reason,
        )
        self.rank = CONFIRMED
        self.group = False
        self.extreme = False
        self.why = ""
        self.sound = reason is None
        self.asks: tuple[tuple[str, str | None], ...] = ()
        self.shown: tuple[Evidence, ...] | None = None
        self.detail: Any = None


Facts = dict[str, KnownFact]

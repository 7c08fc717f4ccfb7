"""Which faults a seed has in store, and when: at every place where a process may be interrupted,
and between its steps.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

KILL, DUPLICATE, REORDER, DELAY, PARTITION = "kill", "duplicate", "reorder", "delay", "partition"
REBALANCE, BEFORE, AFTER, FULL = (
    "rebalance",
    "store_error_before_commit",
    "store_error_after_commit",
    "disk_full",
)
JUMP, POISON, SLOW, REFUSED, LOST = (
    "clock_jump",
    "poison",
    "slow_consumer",
    "publish_refused",
    "fetch_lost",
)
EVERY = (
    KILL,
    DUPLICATE,
    REORDER,
    DELAY,
    PARTITION,
    REBALANCE,
    BEFORE,
    AFTER,
    FULL,
    JUMP,
    POISON,
    SLOW,
    REFUSED,
    LOST,
)
PAUSE = "pause"
"""The others go on while a process stands still between two of its instructions; no fault, but what
makes most of them bite.
"""
BETWEEN = (KILL, DUPLICATE, DELAY, PARTITION, REBALANCE, AFTER, FULL, JUMP, SLOW, LOST)


@dataclass(frozen=True)
class Plan:
    """One simulation: the seed, its size, the kinds of faults left out, and after how many faults
    there are no more.
    """

    seed: int
    cases: int = 20
    steps: int = 340
    without: frozenset[str] = frozenset()
    most: int = 1_000_000


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Faults:
    """Draws faults; `counts` says which have happened. Once `over`, nothing happens any more."""

    plan: Plan
    counts: Counter[str] = field(default_factory=Counter)
    over: bool = False

    def __post_init__(self) -> None:
        # A schedule, not a secret.
        self.random = random.Random(f"faults {self.plan.seed}")  # noqa: S311
        drawn = {kind for kind in EVERY if self.random.random() < 0.6}
        self.kinds = drawn - self.plan.without
        self.every = self.random.choice((40, 120, 400))
        self.left = self.random.randint(1, self.every)

    def strikes(self, kind: str) -> bool:
        """Counts a fault that is about to happen; false if it must not."""
        if self.over or kind not in self.kinds or self.counts.total() >= self.plan.most:
            return False
        self.counts[kind] += 1
        return True

    def missed(self, kind: str) -> None:
        """A fault that was counted found nothing that it could befall."""
        self.counts[kind] -= 1

    def interrupts(self, among: tuple[str, ...]) -> str:
        """What happens to a process that has passed `left` places where it may be interrupted."""
        self.left = self.random.randint(1, 2 * self.every)
        if self.over:
            return ""
        kind = self.random.choice(among)
        return kind if kind == PAUSE or self.strikes(kind) else ""

    def disturbs(self) -> str:
        """A fault between steps."""
        if self.over or self.random.random() > 0.1:
            return ""
        kind = self.random.choice(BETWEEN)
        return kind if self.strikes(kind) else ""

"""What is done to a running system, when and to whom: a plan that follows from a seed alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

SERVICES = ("intake", "criteria", "letters", "audit")
MOST_REPLICAS = 3
LONGEST_STOP = 20.0
MAX_POLL_INTERVAL = 300.0
"""What a consumer's client allows between two polls before the group thinks it dead, by default, in
seconds.
"""

SERVICE_KINDS = ("kill", "stop", "kill-away", "join", "leave")
SERVER_KINDS = ("broker-kill", "database-kill", "broker-stop", "database-stop")
LONG_KINDS = ("database-away",)
KINDS = (*SERVICE_KINDS, *SERVER_KINDS, *LONG_KINDS)
"""A service killed and started again at once; stopped and continued; killed and away until its
session has ended; a replica added; one ended in good order.

Then broker and database: killed and started again, or stopped and continued. `database-away` lasts
twice the poll interval, and only happens when asked for.
"""
ROUND = (*SERVICE_KINDS, *SERVER_KINDS, "kill", "kill", "stop", "kill")


class Fault(NamedTuple):
    """One thing that goes wrong: its kind, whom it hits (`intake-0`, `broker`), and how long it
    lasts in seconds.
    """

    kind: str
    target: str
    seconds: float

    @property
    def service(self) -> str:
        """The service that it hits; empty for the broker and the database."""
        return self.target.rpartition("-")[0]


@dataclass
class Members:
    """Which replicas of each service there are while the plan goes on."""

    of: dict[str, list[int]] = field(default_factory=dict)

    def all(self, least: int = 1) -> list[str]:
        """Every replica of the services that have at least so many."""
        return [f"{service}-{n}" for service, ns in self.of.items() for n in ns if len(ns) >= least]

    def joining(self) -> list[str]:
        """The next replica of every service that may have one more."""
        return [
            f"{service}-{max(ns) + 1}" for service, ns in self.of.items() if len(ns) < MOST_REPLICAS
        ]

    def leaving(self) -> list[str]:
        """The newest replica of every service that has more than one."""
        return [f"{service}-{max(ns)}" for service, ns in self.of.items() if len(ns) > 1]


def planned(kinds: Sequence[str], count: int, replicas: int, seed: int) -> list[Fault]:
    """So many faults of these kinds, in a seeded order; each kind comes before any comes often.

    A kind that finds nobody gives way to `kill`.
    """
    drawn = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    deck = [kind for kind in (*ROUND, *LONG_KINDS) if kind in kinds]
    order = [deck[n % len(deck)] for n in range(count)]
    drawn.shuffle(order)
    members = Members({service: list(range(replicas)) for service in SERVICES})
    return [_fault(kind, members, drawn) for kind in order]


def _fault(kind: str, members: Members, drawn: random.Random) -> Fault:
    if kind in SERVICE_KINDS:
        return _on_service(kind, members, drawn)
    target, _, how = kind.partition("-")
    seconds = {
        "kill": drawn.uniform(0, 5),
        "stop": drawn.uniform(1, LONGEST_STOP),
        "away": 2 * MAX_POLL_INTERVAL,
    }
    return Fault(kind, target, round(seconds[how], 1))


def _on_service(kind: str, members: Members, drawn: random.Random) -> Fault:
    whom: dict[str, Callable[[], list[str]]] = {
        "kill": members.all,
        "stop": members.all,
        "kill-away": lambda: members.all(2),
        "join": members.joining,
        "leave": members.leaving,
    }
    candidates = whom[kind]()
    if not candidates:
        return _on_service("kill", members, drawn)
    target = drawn.choice(candidates)
    service, _, n = target.rpartition("-")
    if kind == "join":
        members.of[service].append(int(n))
    if kind == "leave":
        members.of[service].remove(int(n))
    return Fault(kind, target, round(drawn.uniform(1, LONGEST_STOP), 1) if kind == "stop" else 0.0)

"""A bad deploy of a real service: it reads everything and can decide on nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from benchmarks.testbed.keys import keys_of
from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import CaseService
from shared.settings import Settings, load


def settings_of(build: Callable[..., object]) -> Settings:
    """Settings for a service in a test's world: its keys, and letters without documents."""
    name = build.__module__.split(".")[1]
    return replace(load(name), keys=keys_of(name), render=False)


def faulty(service: CaseService[Any]) -> CaseService[Any]:
    """The service with a bug in every decision on an event of ours; what outsiders send is taken as
    ever.
    """

    def decide(reference: Any, state: Any, received: Received, now: datetime) -> Outcome[Any]:
        if received.type.startswith("pa.submissions"):
            return service.decide(reference, state, received, now)
        raise ZeroDivisionError

    return replace(service, decide=decide)

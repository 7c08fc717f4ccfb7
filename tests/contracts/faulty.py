"""A bad deploy of a real service: it reads everything and can decide on nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import CaseService
from shared.settings import Settings, load
from tests.contracts.world import KEY


def settings_of(build: Callable[..., object]) -> Settings:
    """Settings for a service in a test's world: its key, and letters without documents."""
    return replace(load(build.__module__.split(".")[1]), lane_key=KEY, render=False)


def faulty(service: CaseService[Any]) -> CaseService[Any]:
    """The service with a bug in every decision on an event of ours; what outsiders send is taken as
    ever.
    """

    def decide(reference: Any, state: Any, received: Received, now: datetime) -> Outcome[Any]:
        if received.type.startswith("pa.submissions"):
            return service.decide(reference, state, received, now)
        raise ZeroDivisionError

    return replace(service, decide=decide)

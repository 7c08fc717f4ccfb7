"""Wires letters up: messages, templates and fonts are read once, and rendering is the one
task.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from services.letters.decide import RENDER, LetterTemplates, decide
from services.letters.model import LettersState
from services.letters.reference import KINDS, in_zones, packaged, plan_reference
from services.letters.rendering import render, stationery_of
from services.letters.tables import LETTER_TABLES
from shared.events.catalogue import CONSUMES
from shared.events.clocks.acts import ClockActRecorded
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockStarted,
    ExpediteRefused,
)
from shared.events.criteria import CaseDetermined
from shared.events.intake import AmendedOutline, ReceivedOutline, RequestCancelled
from shared.events.letters import LETTERS
from shared.events.model import EventData
from shared.events.policies import POLICIES, ReferencePublished
from shared.events.reviews import ReviewRecorded
from shared.lanes.outcome import Outcome, Received
from shared.lanes.publications import publications, taken_up
from shared.lanes.service import CaseService, References
from shared.lanes.state.reference import ReferenceItem
from shared.settings import Settings

READS: frozenset[type[EventData]] = frozenset(
    {
        ReceivedOutline,
        AmendedOutline,
        RequestCancelled,
        ClockStarted,
        ClockExtended,
        ClockExpired,
        ClockCorrected,
        ClockActRecorded,
        ExpediteRefused,
        ReviewRecorded,
        CaseDetermined,
    }
)

GATHER_MS = 100
"""Rendering takes longer than this; the determination is out before."""


@dataclass(frozen=True, slots=True)
class LetterReference:
    """What letters are written on, and the items that it was read from."""

    stationery: LetterTemplates
    items: tuple[ReferenceItem, ...]


def documents_folder(settings: Settings) -> Path:
    """Where the documents of letters are kept."""
    return settings.state / "documents"


def service(settings: Settings) -> CaseService[LettersState]:
    """The letters service: decides which letters a determination calls for, and renders them as a
    task.
    """

    def build(items: tuple[ReferenceItem, ...]) -> LetterReference:
        own = plan_reference(items)
        made = stationery_of(own, render=settings.render, elsewhere=in_zones(items, own))
        return LetterReference(made, items)

    references = References(KINDS, packaged, build)

    def on_received(
        reference: LetterReference, state: LettersState | None, received: Received, now: datetime
    ) -> Outcome[LettersState]:
        if isinstance(received.data, ReferencePublished):
            return taken_up(references, reference.items, received.data, received, now)
        return decide(reference.stationery, state, received, now)

    return CaseService(
        name="letters",
        topic=LETTERS,
        consumes=CONSUMES["letters"],
        state=LettersState,
        decide=on_received,
        reads=READS,
        tables=LETTER_TABLES,
        tasks={RENDER: partial(render, folder=documents_folder(settings))},
        external={POLICIES: publications()},
        references=references,
        gather_ms=GATHER_MS,
    )

"""Wires letters up: messages, templates and fonts are read once, and rendering is the one
task.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.letters.decide import RENDER, LetterTemplates, decide
from services.letters.model import LettersState
from services.letters.rendering import render, stationery
from services.letters.tables import LETTER_TABLES
from shared.events.criteria import CRITERIA, CaseDetermined, ReviewRecorded
from shared.events.intake import (
    INTAKE,
    AmendedOutline,
    ClockExtended,
    ClockStarted,
    ReceivedOutline,
    RequestCancelled,
)
from shared.events.letters import LETTERS
from shared.events.model import EventData
from shared.lanes.service import CaseService
from shared.settings import Settings

READS: frozenset[type[EventData]] = frozenset(
    {
        ReceivedOutline,
        AmendedOutline,
        RequestCancelled,
        ClockStarted,
        ClockExtended,
        ReviewRecorded,
        CaseDetermined,
    }
)

GATHER_MS = 100
"""Rendering takes longer than this; the determination is out before."""


def documents_folder(settings: Settings) -> Path:
    """Where the documents of letters are kept."""
    return settings.state / "documents"


def service(settings: Settings) -> CaseService[LettersState]:
    """The letters service: decides which letters a determination calls for, and renders them as a
    task.
    """
    paper = stationery(render=settings.render)
    return CaseService(
        name="letters",
        topic=LETTERS,
        consumes=(INTAKE, CRITERIA),
        state=LettersState,
        decide=partial(decide, paper),
        reads=READS,
        tables=LETTER_TABLES,
        tasks={RENDER: partial(render, folder=documents_folder(settings))},
        reference=partial(_reference, paper),
        gather_ms=GATHER_MS,
    )


def _reference(paper: LetterTemplates) -> str:
    """The versions of what letters are written on."""
    return f"template={paper.template_sha256[:16]};fonts={paper.fonts_sha256[:16]}"

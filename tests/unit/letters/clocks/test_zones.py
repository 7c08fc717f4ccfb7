"""Letters tell days and times in the zone in which the clock of the case counts them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.letters.content.compose import compose
from services.letters.decide import LetterTemplates, decide
from services.letters.decide.letters import RENDER
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import (
    catalogues,
    in_zones,
    packaged,
    plan_of,
    plan_reference,
    rules_of,
    zone_names,
)
from services.letters.render.text import plain
from services.letters.rendering import render, stationery_of
from shared.errors import Malformed
from shared.events.letters import LetterKind
from shared.lanes.outcome import Outcome
from shared.lanes.state.reference import ReferenceItem
from tests.unit.letters.examples import (
    NOW,
    clock_started,
    corrected,
    determined,
    extended,
    received,
    request_received,
)

DENVER, GUAM = "America/Denver", "Pacific/Guam"
MIDNIGHT_IN_DENVER = datetime(2026, 1, 13, 7, tzinfo=UTC)


def item(zone: str) -> ReferenceItem:
    return ReferenceItem("zone", zone, b64encode(rules_of(zone)))


def paper(*zones: str) -> LetterTemplates:
    """The shipped stationery where the rules of more zones were published."""
    items = (*packaged(), *map(item, zones))
    own = plan_reference(items)
    made = stationery_of(own, elsewhere=in_zones(items, own))
    return replace(
        made,
        elsewhere={
            name: replace(one, languages=frozenset(catalogues()))
            for name, one in made.elsewhere.items()
        },
    )


def told(stationery: LetterTemplates, *events: Any, language: str = "en") -> str:
    """What the member's letter says that follows from the last of the events."""
    outcome: Outcome[LettersState] = Outcome(None)
    for number, event in enumerate(events):
        outcome = decide(stationery, outcome.state, received(event, cause=str(number)), NOW)
    (task, *_) = outcome.tasks
    assert task.kind == RENDER
    letter = LetterSpec.model_validate_json(task.payload["content"])
    letter = letter.model_copy(update={"language": language})
    plan = plan_of(task.payload["plan"], task.payload["zone"])
    return " ".join(plain(compose(letter, catalogues()[language], plan)).decode().split())


def started(zone: str | None) -> Any:
    due = {"zone": zone, "due_at": MIDNIGHT_IN_DENVER}
    return clock_started().model_copy(update=due)


LONGER = extended(due_at=MIDNIGHT_IN_DENVER)
PENDED = determined(LetterKind.PENDED)


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Mountain Time"), ("es", "hora de la Montaña")]
)
def test_the_last_day_is_that_of_the_zone_in_which_it_is_counted(language: str, named: str):
    opened = (request_received(), started(DENVER))
    found = told(paper(DENVER), *opened, LONGER, language=language)
    last, next_one = {
        "en": ("January 12, 2026", "January 13, 2026"),
        "es": ("12 de enero de 2026", "13 de enero de 2026"),
    }[language]
    assert last in found
    assert next_one not in found
    assert f"in {named}" in found or f"en {named}" in found


def test_where_the_zone_is_not_said_or_its_rules_are_not_there_it_is_the_plan_s_own():
    for stationery, zone in ((paper(), DENVER), (paper(DENVER), None)):
        found = told(stationery, request_received(), started(zone), LONGER)
        assert "January 13, 2026" in found
        assert "in this letter are in Central Time" in found


def test_a_clock_that_is_counted_elsewhere_after_a_correction_is_told_there():
    moved = corrected(breached=False).model_copy(
        update={"zone": DENVER, "due_at": MIDNIGHT_IN_DENVER}
    )
    found = told(paper(DENVER), request_received(), started(None), moved, PENDED)
    assert "Mountain Time" in found
    assert "Central" not in found


def test_what_was_issued_is_rendered_in_its_zone_and_in_no_other(tmp_path: Any):
    outcome: Outcome[LettersState] = Outcome(None)
    for number, event in enumerate((request_received(), started(DENVER), PENDED)):
        outcome = decide(paper(DENVER), outcome.state, received(event, cause=str(number)), NOW)
    payload = outcome.tasks[0].payload
    made = render(payload, tmp_path)["documents"]
    text = next(tmp_path / one["path"] for one in made if one["format"] == "txt")
    assert "Mountain Time" in text.read_text("utf-8")


def test_every_zone_has_a_name_in_every_language_or_is_called_as_the_database_calls_it():
    assert all(names.keys() >= set(catalogues()) for names in zone_names().values())
    for zone in zone_names():
        assert rules_of(zone)
    items = (*packaged(), item("Europe/Berlin"))
    (berlin,) = in_zones(items, plan_reference(items)).values()
    assert berlin.plan.time_zone_name == dict.fromkeys(catalogues(), "Europe/Berlin")


def test_a_zone_whose_rules_cannot_be_read_is_not_taken_up():
    items = (*packaged(), ReferenceItem("zone", GUAM, b64encode(b"no rules")))
    with pytest.raises(Malformed, match="cannot be read"):
        in_zones(items, plan_reference(items))

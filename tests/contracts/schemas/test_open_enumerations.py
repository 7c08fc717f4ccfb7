"""Open enumerations: readers are lenient, writers are not."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from services.intake.reading import native
from shared.errors import Impossible, Malformed
from shared.events.criteria import Basis, Determination, LineDetermined
from shared.events.evolution.open_enumeration import OpenEnumeration, unknown_as_other
from shared.events.evolution.reading import validated
from shared.events.model import EventData
from shared.lanes.batch.reader import read_data
from tests.unit.intake import given as of_intake
from tests.unit.letters import examples as of_letters

ENUMERATIONS = OpenEnumeration.__subclasses__()
DETERMINED = LineDetermined(
    evaluation_id=UUID(int=1),
    sequence=1,
    determination=Determination.APPROVED,
    basis=Basis.ENGINE,
    reason="criteria_met",
)


def changed(**fields: object) -> bytes:
    """The example in JSON with other values."""
    return json.dumps({**json.loads(DETERMINED.published()), **fields}).encode()


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_every_open_enumeration_has_a_value_for_what_it_does_not_know(
    enumeration: type[OpenEnumeration],
):
    assert "other" in set(enumeration)
    assert "other" not in enumeration.known()
    assert len(enumeration.known()) == len(enumeration) - 1


def test_a_reader_takes_an_unknown_value_as_other_and_keeps_the_rest():
    found = validated(LineDetermined, changed(determination="A9", added="later"))

    assert isinstance(found, LineDetermined)
    assert found == DETERMINED.model_copy(update={"determination": Determination.OTHER})


@pytest.mark.parametrize(
    "fields",
    [
        {"determination": 9},
        {"determination": None},
        {"determination": "A9", "sequence": "one"},
        {"determination": "A9", "change": "editorial"},
        {"change": "editorial"},
    ],
    ids=str,
)
def test_what_is_no_text_or_stands_in_a_closed_enumeration_is_refused_to_readers_too(
    fields: dict[str, object],
):
    with pytest.raises(Malformed, match="does not fit its schema"):
        read_data(LineDetermined, changed(**fields))


def test_outside_of_reading_an_unknown_value_is_refused():
    with unknown_as_other():
        assert Determination("A9") is Determination.OTHER

    with pytest.raises(ValueError, match="A9"):
        Determination("A9")
    with pytest.raises(ValidationError):
        LineDetermined.model_validate_json(changed(determination="A9"))
    with pytest.raises(ValidationError):
        LineDetermined(**{**dict(DETERMINED), "determination": "A9"})


def test_an_error_while_reading_leaves_writers_strict():
    with pytest.raises(ZeroDivisionError), unknown_as_other():
        raise ZeroDivisionError

    with pytest.raises(ValueError, match="A9"):
        Determination("A9")


@pytest.mark.parametrize(
    "event",
    [
        DETERMINED.model_copy(update={"determination": Determination.OTHER}),
        DETERMINED.model_copy(update={"basis": Basis.OTHER}),
        of_letters.determined().model_copy(update={"determination": Determination.OTHER}),
        of_letters.determined(lines=(of_letters.line(1, "A4"), of_letters.line(2, "other"))),
        of_letters.determined(lines=(of_letters.line(1, "A4", basis=Basis.OTHER),)),
        of_letters.request_received(member=of_letters.member(line_of_business="other")),
    ],
    ids=lambda event: type(event).__name__,
)
def test_other_is_never_published(event: EventData):
    with pytest.raises(Impossible) as refused:
        event.published()

    assert refused.value.code == "unknown-value"


def test_texts_that_say_other_are_published():
    event = DETERMINED.model_copy(update={"reason": "other", "segment": "other"})

    assert json.loads(event.published())["reason"] == "other"


@pytest.mark.parametrize("business", ["other", "gained_later"])
def test_a_sender_may_name_no_line_of_business_that_is_not_known(business: str):
    member = {"id": "M-1", "line_of_business": business}

    with pytest.raises(Malformed) as refused:
        native.read(of_intake.raw(of_intake.request(member=member)), 10_000)

    assert refused.value.code == "schema"
    assert "member" in str(refused.value)


class Kept(BaseModel):
    """A stored state."""

    model_config = ConfigDict(frozen=True)

    determination: Determination


def test_a_state_that_holds_other_can_be_stored_and_read():
    kept = Kept(determination=Determination.OTHER)

    assert Kept.model_validate_json(kept.model_dump_json()) == kept

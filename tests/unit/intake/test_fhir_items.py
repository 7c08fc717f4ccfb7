"""What an item asks for: codes, ranges, amounts and days, as they were sent or refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from services.intake.fhir import codes
from shared.examples.pas import bundle
from tests.unit.intake.plain import (
    CLINIC,
    concept,
    faults,
    places,
    plain,
    requested,
    resource,
    with_item,
)

SNOMED = "http://snomed.info/sct"
CPT = "http://www.ama-assn.org/go/cpt"


# What an item asks for


def test_one_concept_is_one_service_whatever_else_it_is_called():
    product = concept((SNOMED, "609588000"), (CPT, "27447"), ("urn:local", "TKA"))
    (code,) = requested(with_item(productOrService=product)).lines[0].codes
    assert (code.system, code.code) == ("cpt", "27447")
    assert [one.code for one in code.translations] == ["609588000", "TKA"]


def test_a_range_and_the_modifiers_are_a_part_of_what_is_asked_for():
    item = with_item(
        productOrService=concept((CPT, "99212")),
        modifier=[concept((CPT, "RT")), concept((CPT, "50"))],
        extension=[
            {
                "url": codes.CODE_END,
                "valueCodeableConcept": concept((SNOMED, "1"), (CPT, "99215")),
            }
        ],
    )
    (code,) = requested(item).lines[0].codes
    assert (code.code, code.through, code.modifiers) == ("99212", "99215", ("RT", "50"))
    assert code.written == "99212\N{EN DASH}99215-RT-50"


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        (0.25, 1),
        (1, 1),
        (2.5, 3),
        (12_000, 12_000),
        (25_000, 25_000),
        (9e15, 9_000_000_000_000_000),
    ],
)
def test_units_are_those_that_were_asked_for(amount: float, units: int):
    (code,) = requested(with_item(quantity={"value": amount})).lines[0].codes
    assert code.units == units


def test_an_item_without_a_quantity_is_one():
    assert requested(plain()).lines[0].codes[0].units == 1


@pytest.mark.parametrize(
    "quantity",
    [{"value": 0}, {"value": -3}, {"unit": "IU"}, {}, {"value": 3, "comparator": ">"}],
)
def test_an_amount_that_is_none_is_not_made_up(quantity: dict[str, Any]):
    content = with_item(quantity=quantity)
    assert places(content, "quantity") == ["Claim.item[0].quantity"]


@pytest.mark.parametrize(
    ("quantity", "code"), [({"value": "3"}, "schema"), ({"value": True}, "schema")]
)
def test_an_amount_that_is_no_number_is_refused(quantity: dict[str, Any], code: str):
    assert [one.code for one in faults(with_item(quantity=quantity))] == [code]


def test_a_sequence_is_any_positive_number_of_fhir():
    assert requested(with_item(sequence=2**31 - 1)).lines[0].sequence == 2**31 - 1
    assert places(with_item(sequence=2**31), "schema") == ["Claim.item[0].sequence"]


@pytest.mark.parametrize("text", ["1234567890", "20261115", "2026-1-5", "soon", "2026-11-15 "])
def test_a_day_that_is_none_is_never_guessed(text: str):
    assert places(with_item(servicedDate=text), "schema") == ["Claim.item[0].servicedDate"]


@pytest.mark.parametrize(
    ("text", "day"), [("2026-11-15", date(2026, 11, 15)), ("2026-11", None), ("2026", None)]
)
def test_a_day_is_known_if_it_is_a_day(text: str, day: date | None):
    assert requested(with_item(servicedDate=text)).lines[0].service_date == day


def test_a_number_of_a_provider_that_is_none_is_told():
    content = plain()
    resource(content, CLINIC)["identifier"][0]["value"] = "\u0661" * 10
    assert places(content, "npi") == ["Claim.provider"]


def test_a_profile_that_demands_an_identifier_is_held_to_it():
    content = bundle("homecare")
    del content["identifier"]
    assert places(content, "required") == ["Bundle.identifier"]
    assert json.dumps(content).count("profile-pas-request-bundle") == 1

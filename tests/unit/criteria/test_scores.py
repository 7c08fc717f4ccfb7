"""Scores keep what can still be reached, and name what would settle them."""

from __future__ import annotations

from datetime import date

import pytest

from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.runtime.fact_table import FactTable
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scores import Total, total
from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT

ITEMS = {
    "lesion.pain": "mechanical",
    "lesion.bone_quality": "lytic",
    "lesion.alignment": "subluxation",
    "lesion.collapse": "over_half",
    "lesion.posterolateral": "bilateral",
}


def sins(level: str, **facts: object) -> Total:
    """The score of a lesion at this level; fact names without `lesion.`."""
    request = AuthorizationRequest.model_validate(
        {
            "member": {"id": "m"},
            "lines": [
                {
                    "sequence": 1,
                    "services": ["spinal_fusion"],
                    "segment": level,
                    "diagnoses": ["C79.51"],
                }
            ],
            "facts": [
                {"path": f"lesion.{name}", "subject": f"lesion:{level}", "value": value}
                for name, value in {"epidural_tumor": True, **facts}.items()
            ],
        }
    )
    edition = packaged().select(request.lines[0], AT.date())
    assert not isinstance(edition, str)
    prepared = PreparedRequest(request, AT, edition)
    return total(packaged().scores["sins@2"], prepared.items["lesion"][0].facts)


@pytest.mark.parametrize(
    ("level", "location"),
    [
        ("C1", 3),
        ("C4", 2),
        ("C7", 3),
        ("T2", 3),
        ("T3", 1),
        ("T10", 1),
        ("T11", 3),
        ("L1", 3),
        ("L2", 2),
        ("L5", 3),
        ("S1", 3),
        ("S2", 0),
    ],
)
def test_the_location_counts_by_level(level: str, location: int):
    found = sins(
        level,
        pain="none",
        bone_quality="blastic",
        alignment="normal",
        collapse="none",
        posterolateral="none",
    )
    assert (found.reachable, found.settled_by) == ((location,), ())


def test_the_highest_total_is_eighteen():
    assert sins(
        "L5", **{path.removeprefix("lesion."): value for path, value in ITEMS.items()}
    ).reachable == (18,)


def test_a_total_has_gaps_where_an_item_has():
    found = sins("S2", pain="none", bone_quality="blastic", alignment="normal", collapse="none")
    assert (found.reachable, found.settled_by) == ((0, 1, 3), ())


def test_a_compression_fracture_leaves_two_rows_of_collapse():
    found = sins(
        "S2",
        fracture="compression",
        pain="none",
        bone_quality="blastic",
        alignment="normal",
        posterolateral="none",
    )
    assert found.reachable == (2, 3)


def test_a_band_that_is_sure_needs_nothing_more():
    found = sins(
        "L5", pain="mechanical", bone_quality="lytic", alignment="subluxation", fracture="burst"
    )
    assert (found.reachable[0], found.settled_by) == (14, ())


def test_what_is_only_possible_counts_as_unknown():
    table = FactTable(
        AuthorizationRequest.model_validate({"member": {"id": "m"}, "lines": [{"sequence": 1}]}),
        {},
        date(2025, 1, 1),
    )
    assert total(packaged().scores["sins@2"], table.member).reachable == tuple(range(19))


def test_the_cord_grade_is_one_of_three_where_the_cord_is_touched():
    facts = {"lesion.cord_impingement": KnownFact("lesion.cord_impingement", "mild")}
    assert total(packaged().scores["escc@2"], facts).reachable == (3, 4, 5)

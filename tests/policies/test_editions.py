"""What holds for every packaged edition: where its words come from, who approved it, what it never
contains, and when it is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib import resources
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import in_force, packaged
from services.criteria.engine.edition.library_sources import policy_texts
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.policy_trees import trees
from shared.events.request import AuthorizationRequest, ServiceLine

EDITIONS = {f"{one.ref.policy} {one.ref.version}": one for one in packaged().editions}
PUBLIC = [name for name, one in EDITIONS.items() if one.spec.source_rank in {"ncd", "lcd"}]
MARKS = {"verbatim", "paraphrase", "reviewed"}
RECEIVED = date(2025, 11, 15)


def nodes(
    node: Criterion, cited: tuple[str, ...] = ()
) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    """Every node of a tree with what it or a node above it cites."""
    here = node.citations or cited
    yield node, here
    for child in node.children():
        yield from nodes(child, here)


def all_nodes(edition: Edition) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    for _, tree, _ in trees(edition.spec):
        yield from nodes(tree)


def selected(received: date = RECEIVED, **line: Any) -> str:
    """The edition that judges a line, or why none does."""
    found = packaged().select(ServiceLine(sequence=1, **line), received)
    return found if isinstance(found, str) else f"{found.ref.policy} {found.ref.version}"


def test_there_are_eight_editions_of_seven_policies():
    assert sorted(EDITIONS) == [
        "bariatric.ncd-100-1 1.1.0",
        "cpap.continuation.lcd-l33718 1.1.0",
        "cpap.initial.ncd-240-4 1.1.0",
        "oxygen.ncd-240-2 1.1.0",
        "spine.lumbar-fusion 1.1.0",
        "spine.lumbar-fusion 2.1.0",
        "spine.metastatic.decompression-fusion 1.1.0",
        "spine.vertebral-augmentation 1.1.0",
    ]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_node_from_a_public_determination_says_how_its_words_stand_to_the_source(name: str):
    written = [
        node
        for node, _ in all_nodes(EDITIONS[name])
        if node.id is not None or node.fact is not None
    ]
    assert written
    assert [node.id or node.fact for node in written if node.wording not in MARKS] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_every_node_from_a_public_determination_cites_a_document_that_can_be_read(name: str):
    edition = EDITIONS[name]
    known = {one.id for one in edition.spec.sources}
    assert edition.spec.url
    assert [
        node.id or node.fact
        for node, cited in all_nodes(edition)
        if not known.intersection(cited) and node.id != "awake_above"
    ] == []


@pytest.mark.parametrize("name", [one for one in EDITIONS if one not in PUBLIC])
def test_what_comes_from_no_public_determination_is_called_illustrative(name: str):
    assert "illustrative" in EDITIONS[name].spec.title
    assert MARKS.isdisjoint({node.wording for node, _ in all_nodes(EDITIONS[name])})


@pytest.mark.parametrize("name", EDITIONS)
def test_two_synthetic_people_approved_it_and_it_says_what_review_is_open(name: str):
    spec = EDITIONS[name].spec
    assert len({one.name for one in spec.approvals}) == 2
    assert all("synthetic" in one.name for one in spec.approvals)
    assert spec.editorial.state in {"submitted", "under_review"}
    assert spec.editorial.caution
    assert spec.next_review > max(one.on for one in spec.approvals)


@pytest.mark.parametrize(("name", "text"), policy_texts(resources.files("services.criteria")))
def test_no_procedure_code_and_no_proprietary_criteria_stand_in_it(name: str, text: str):
    assert (
        re.findall(
            r"(?<![\w=)])\d{5}(?!\w)|\bcpt\b|interqual|\bmcg\b|milliman", text, re.IGNORECASE
        )
        == []
    ), name


@pytest.mark.parametrize(
    ("service_date", "edition"),
    [
        (date(2023, 12, 31), "no_policy_in_force"),
        (date(2024, 1, 1), "spine.lumbar-fusion 1.1.0"),
        (date(2025, 6, 30), "spine.lumbar-fusion 1.1.0"),
        (date(2025, 7, 1), "spine.lumbar-fusion 2.1.0"),
        (None, "spine.lumbar-fusion 2.1.0"),
    ],
)
def test_the_date_of_service_chooses_the_edition(service_date: date | None, edition: str):
    assert (
        selected(
            services=("spinal_fusion",),
            diagnoses=("M43.16",),
            segment="L4-L5",
            service_date=service_date,
        )
        == edition
    )


@pytest.mark.parametrize(
    ("service_date", "others"),
    [(date(2025, 6, 30), ["2.1.0"]), (date(2025, 7, 1), []), (None, [])],
)
def test_an_edition_that_another_date_would_choose_is_shown(
    service_date: date | None, others: list[str]
):
    line = {
        "sequence": 1,
        "services": ["spinal_fusion"],
        "diagnoses": ["M43.16"],
        "service_date": service_date,
    }
    request = AuthorizationRequest.model_validate({"member": {"id": "m"}, "lines": [line]})

    found = evaluate(request, datetime.combine(RECEIVED, time(12), UTC)).lines[0]

    assert [one.version for one in found.other_editions] == others


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        ({"start_of_care": date(2025, 1, 1), "service_date": date(2025, 8, 1)}, "1.1.0"),
        ({"service_date": date(2025, 8, 1)}, "2.1.0"),
        ({}, "2.1.0"),
    ],
)
def test_the_start_of_care_chooses_the_edition_where_the_policy_says_so(
    dates: dict[str, Any], chosen: str
):
    editions = [_by_start_of_care(version) for version in ("1.1.0", "2.1.0")]
    line = ServiceLine(sequence=1, services=("spinal_fusion",), **dates)

    assert [one.spec.version for one in editions if in_force(one, line, RECEIVED)] == [chosen]


def _by_start_of_care(version: str) -> Edition:
    found = packaged().find("spine.lumbar-fusion", version)
    assert found is not None
    effective = found.spec.effective.model_copy(update={"basis": "start_of_care"})
    return replace(found, spec=found.spec.model_copy(update={"effective": effective}))


@pytest.mark.parametrize("diagnosis", ["C79.51", "M84.58XA"])
def test_metastatic_disease_belongs_to_its_own_policy_whatever_else_is_diagnosed(diagnosis: str):
    assert (
        selected(services=("spinal_fusion",), diagnoses=("M43.16", diagnosis))
        == "spine.metastatic.decompression-fusion 1.1.0"
    )


@pytest.mark.parametrize("diagnosis", ["C79.52", "M84.50XA"])
def test_a_metastasis_that_no_policy_names_has_none(diagnosis: str):
    assert selected(services=("spinal_fusion",), diagnoses=("M43.16", diagnosis)) == "no_policy"


@pytest.mark.parametrize(
    ("service", "edition"),
    [
        ("vertebral_augmentation", "spine.vertebral-augmentation 1.1.0"),
        ("home_oxygen", "oxygen.ncd-240-2 1.1.0"),
        ("cpap_initial", "cpap.initial.ncd-240-4 1.1.0"),
        ("cpap_continuation", "cpap.continuation.lcd-l33718 1.1.0"),
        ("bariatric_surgery", "bariatric.ncd-100-1 1.1.0"),
        ("epidural_steroid_injection", "no_policy"),
    ],
)
def test_each_service_has_its_policy(service: str, edition: str):
    assert selected(services=(service,), diagnoses=("M43.16",)) == edition


def test_oxygen_before_the_determination_took_effect_goes_to_a_person():
    assert (
        selected(services=("home_oxygen",), service_date=date(2021, 9, 26)) == "no_policy_in_force"
    )
    assert (
        selected(services=("home_oxygen",), service_date=date(2021, 9, 27))
        == "oxygen.ncd-240-2 1.1.0"
    )

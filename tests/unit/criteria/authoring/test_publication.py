"""An edition is published only with green cases, full coverage, an impact report of its own text,
and two people's approval.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.criteria.authoring.golden.check import check
from services.criteria.authoring.golden.workspace import Piece, in_folder
from services.criteria.authoring.publication.impact import impact
from services.criteria.authoring.publication.publish import NotPublishable, approval, publication
from services.criteria.authoring.publication.scaffold import scaffold
from services.criteria.authoring.publication.snapshots import read, synthetic
from services.criteria.engine.language.yaml_source import PolicyInvalid
from shared.errors import Impossible, Malformed

NOW = datetime(2025, 11, 15, 12, tzinfo=UTC)
TWO = (
    approval("Ada Example; medical director", NOW.date()),
    approval("Ben Example; committee chair", NOW.date()),
)


@pytest.fixture
def draft(tmp_path: Path) -> Piece:
    for name, text in scaffold(
        "knee.brace", "metabolic-facts@2", "treatment.medical_for_obesity_failed", date(2025, 1, 2)
    ).items():
        (tmp_path / name).write_text(text, "utf-8")
    return in_folder(tmp_path)


def reported(draft: Piece) -> dict[str, Any]:
    return impact(draft.edition, None, synthetic(draft.edition, draft.cases, 50)).report()


def text_of(draft: Piece) -> str:
    assert draft.folder is not None
    return (draft.folder / "policy.yaml").read_text("utf-8")


def test_a_new_policy_has_everything_but_an_impact_report_and_approvals(draft: Piece):
    with pytest.raises(NotPublishable) as caught:
        publication(draft, text_of(draft), None, (), NOW)
    assert caught.value.reasons == (
        "there is no impact report",
        "two different people must approve it",
    )


def test_a_published_edition_is_in_force_and_its_record_says_who_approved_it(draft: Piece):
    made = publication(draft, text_of(draft), reported(draft), TWO, NOW)
    assert draft.folder is not None
    (draft.folder / "policy.yaml").write_text(made.text, "utf-8")
    published = in_folder(draft.folder).edition
    assert (published.spec.status, [one.name for one in published.spec.approvals]) == (
        "active",
        ["Ada Example", "Ben Example"],
    )
    assert [one["name"] for one in made.record["approvals"]] == ["Ada Example", "Ben Example"]
    assert made.record["coverage"]["mcdc"] == 1.0


def test_one_person_is_not_two(draft: Piece):
    with pytest.raises(NotPublishable, match="two different people"):
        publication(
            draft,
            text_of(draft),
            reported(draft),
            (TWO[0], approval("ada example ; chair", NOW.date())),
            NOW,
        )


def test_an_impact_report_of_another_text_does_not_count(draft: Piece):
    with pytest.raises(NotPublishable, match="of another text"):
        publication(draft, text_of(draft), {**reported(draft), "draft_sha256": "0" * 64}, TWO, NOW)


def test_a_red_case_stops_publication(draft: Piece):
    red = Piece(
        draft.edition,
        (
            *draft.cases[1:],
            draft.cases[0].__class__(
                "red", "why", draft.cases[0].content, draft.cases[0].at, {"outcome": "approve"}
            ),
        ),
    )
    with pytest.raises(NotPublishable, match="1 golden cases are red: red"):
        publication(red, text_of(draft), reported(draft), TWO, NOW)


def test_a_gap_stops_publication(draft: Piece):
    with pytest.raises(NotPublishable, match="obligations are not covered"):
        publication(
            Piece(draft.edition, draft.cases[:1]), text_of(draft), reported(draft), TWO, NOW
        )


def test_an_approval_names_a_person_and_a_role():
    with pytest.raises(Impossible):
        approval("Ada Example", NOW.date())


def test_an_active_policy_without_two_approvals_does_not_load(draft: Piece):
    assert draft.folder is not None
    (draft.folder / "policy.yaml").write_text(
        text_of(draft).replace("status: draft", "status: active"), "utf-8"
    )
    with pytest.raises(PolicyInvalid, match="approval of two people"):
        in_folder(draft.folder)


def test_impact_counts_what_changes_and_names_the_criterion(draft: Piece):
    stricter = text_of(draft).replace("is: true}", "is: false}")
    assert draft.folder is not None
    (draft.folder / "policy.yaml").write_text(stricter, "utf-8")
    found = impact(
        in_folder(draft.folder).edition, draft.edition, synthetic(draft.edition, draft.cases, 40)
    ).report()
    assert found["approve_to_pend"] > 0
    assert found["pend_to_approve"] > 0
    assert found["by_criterion"]["approve→pend"] == {"first": found["approve_to_pend"]}
    assert sum(found["changed"].values()) == found["lines"] == found["cases"] == 40


def test_stored_requests_are_read_from_requests_and_from_intake_events():
    request = '{"member": {"id": "m"}, "lines": [{"sequence": 1}]}'
    lines = [
        request,
        (
            f'{{"case_id": "c-1", "data": {{"received_at": "2025-01-01T00:00:00+00:00", "request": '
            f"{request}}}}}"
        ),
        '{"data": {"reason": "other"}}',
        "",
    ]
    found = list(read((line.encode() for line in lines), NOW))
    assert [(case, at.year) for case, _, at in found] == [("line 1", 2025), ("c-1", 2025)]


def test_what_is_no_request_is_named_by_its_line():
    with pytest.raises(Malformed, match="Line 2"):
        list(read([b'{"member": {"id": "m"}, "lines": [{"sequence": 1}]}', b"{"], NOW))


def test_the_code_sets_of_a_folder_lead_its_own_cases_to_the_policy(draft: Piece):
    assert draft.folder is not None
    service = draft.edition.spec.applies_to.services[0]
    (draft.folder / "toy.code_set.yaml").write_text(
        "code_set: toy\n"
        "version: 1\n"
        'source: {title: Toy, edition: "2025", url: "https://example.org"}\n'
        f"entries: [{{codes: ['L1833'], services: [{service}]}}]\n",
        "utf-8",
    )
    (draft.folder / "cases.yaml").write_text(
        "requests: {bare: {line: {codes: [{system: hcpcs, code: L1833}]}}}\n"
        "cases:\n"
        "- name: a code alone\n"
        "  why: Requests name codes.\n"
        "  example: bare\n"
        "  expect: {outcome: pend, reason: not_documented}\n",
        "utf-8",
    )
    piece = in_folder(draft.folder)
    assert [one.wrong for one in check(piece.edition, piece.cases, piece.code_sets)] == [()]
    assert [one.wrong for one in check(piece.edition, piece.cases)] != [()]


def test_a_code_set_that_does_not_load_keeps_its_policy_from_loading(draft: Piece):
    assert draft.folder is not None
    (draft.folder / "toy.code_set.yaml").write_text("code_set: toy\nversion: 1\n", "utf-8")
    with pytest.raises(PolicyInvalid, match=r"toy\.code_set\.yaml:1: source"):
        in_folder(draft.folder)

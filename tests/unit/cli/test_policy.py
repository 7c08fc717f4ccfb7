"""The author's commands, from a new policy to its publication, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app
from cli.screen.changes import changes_picture
from cli.screen.display import out
from services.criteria.engine.answer.difference import difference
from services.criteria.engine.answer.evaluate import evaluate
from tests.unit.criteria.given import AT, CASE, example

BARIATRIC = "bariatric.ncd-100-1"


def typed(*words: Any) -> Result:
    return CliRunner().invoke(
        app, ["policy", *(str(word) for word in words)], catch_exceptions=False
    )


def told(*words: Any) -> Any:
    return json.loads(typed(*words).stdout)


def test_coverage_has_one_entry_for_each_edition_in_the_promised_shape():
    found = told("coverage", BARIATRIC, "--json")["policies"]
    assert [(one["policy"], one["three_state"], one["mcdc"]) for one in found] == [
        (BARIATRIC, 1.0, 1.0)
    ]
    assert found[0]["leaves"] == 5


def test_mutate_counts_what_was_noticed_in_the_promised_shape():
    (found,) = told("mutate", BARIATRIC, "--json")["policies"]
    assert found["mutants"] == found["killed"] + found["equivalent"]
    assert found["survivors"] == []


def test_a_policy_goes_from_its_first_line_to_publication(tmp_path: Path):
    folder, report = tmp_path / "knee.brace", tmp_path / "impact.json"
    assert typed("new", folder).exit_code == 0
    assert [
        typed(command, folder).exit_code for command in ("test", "lint", "coverage", "mutate")
    ] == [0, 0, 0, 0]
    assert typed("impact", folder, "--over", 50, "--output", report).exit_code == 0
    assert (
        typed(
            "publish",
            folder,
            "--impact",
            report,
            "--approve",
            "Ada; director",
            "--approve",
            "Ben; chair",
        ).exit_code
        == 0
    )
    record = json.loads((folder / "publication.json").read_text("utf-8"))
    assert [one["name"] for one in record["approvals"]] == ["Ada", "Ben"]
    assert "<!doctype html>" in (folder / "policy.html").read_text("utf-8")


def test_a_red_case_ends_with_the_answer_no(tmp_path: Path):
    typed("new", tmp_path / "knee.brace")
    cases = tmp_path / "knee.brace" / "cases.yaml"
    cases.write_text(
        cases.read_text("utf-8").replace("{outcome: approve}", "{outcome: pend}"), "utf-8"
    )
    found = typed("test", tmp_path / "knee.brace")
    assert found.exit_code == 1
    assert "expected pend, found approve" in found.stdout


def test_explain_names_what_is_missing(tmp_path: Path):
    file = tmp_path / "request.json"
    file.write_text(
        (Path(__file__).parents[3] / "shared/examples/bariatric_without_bmi.json").read_text(
            "utf-8"
        ),
        "utf-8",
    )
    (line,) = told("explain", BARIATRIC, file, "--json")["lines"]
    assert (line["outcome"], line["missing"]["sets"]) == (
        "pend",
        [[{"path": "body.bmi", "item": None}]],
    )


def test_the_picture_of_a_difference_says_what_changed_and_why():
    before, after = (
        evaluate(example(name), AT).event(CASE, 1)
        for name in ("without_bladder_sign", "reference_case")
    )
    with out.capture() as captured:
        out.print(changes_picture(difference(before, after).model_dump(mode="json")))
    text = captured.get()
    assert "added exam.bladder_dysfunction" in text
    assert "line 2: pend → approve" in text
    assert "because of exam.bladder_dysfunction" in text

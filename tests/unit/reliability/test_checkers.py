"""Both checkers of the crash run find what is wrong in a doctored history, and each finds it by
itself.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.crash import chain_checker, set_checker
from tests.reliability.crash.verdict import BOTH, judged, passed
from tests.unit.reliability.histories import CASES, History, doctored, ident, sound

CASE = CASES[1]
Change = Callable[[History], object]


def without(kind: str) -> Change:
    """The case's event of this type is gone."""
    return lambda history: history.records.pop(history.at(CASE, kind))


def again(history: History) -> None:
    """An event was delivered once more, as it was."""
    history.records.append(copy.deepcopy(history.records[history.at(CASE, "line-determined")]))


def again_otherwise(history: History) -> None:
    """An event was delivered once more, with another content."""
    again(history)
    history.records[-1]["value"] = json.dumps({"sequence": 1, "other": True})


def twice(kind: str) -> Change:
    """An effect happened twice: a second event stands behind the last one of its producer."""

    def change(history: History) -> None:
        first = history.records[history.at(CASE, kind)]
        last = [
            one
            for one in history.records
            if one["topic"] == first["topic"] and one["headers"]["ce_subject"] == CASE
        ][-1]
        other = copy.deepcopy(first)
        own, _, others = first["headers"]["ce_caseclock"].partition(";")
        producer, count = (
            own.split("=")[0],
            int(last["headers"]["ce_caseclock"].split(";")[0].split("=")[1]) + 1,
        )
        other["headers"] |= {
            "ce_id": ident("second", kind),
            "ce_prev": last["headers"]["ce_id"].replace("-", ""),
            "ce_caseclock": f"{producer}={count};{others}".rstrip(";"),
        }
        history.records.append(other)

    return change


def fork(history: History) -> None:
    """Two events came to be the same number of their producer."""
    other = copy.deepcopy(history.records[history.at(CASE, "clock-started")])
    other["headers"]["ce_id"] = ident("fork")
    history.records.append(other)


def swapped(history: History) -> None:
    """Two events of the case came in the wrong order."""
    one, two = history.at(CASE, "criteria-evaluated"), history.at(CASE, "line-determined")
    history.records[one], history.records[two] = history.records[two], history.records[one]


def stranger(history: History) -> None:
    """A case was answered that nobody sent."""
    history.sent = [one for one in history.sent if one["case"] != CASE]


def unasked(history: History) -> None:
    """A line was determined that nobody asked for."""
    history.records[history.at(CASE, "line-determined")]["value"] = json.dumps({"sequence": 7})


def silent(history: History) -> None:
    """Nothing came of a case."""
    history.records = [one for one in history.records if one["headers"]["ce_subject"] != CASE]


DOCTORED: dict[str, tuple[Change, set[str]]] = {
    "nothing came of it": (silent, {"lost"}),
    "no request": (without("request-received"), {"lost", "unexpected"}),
    "no line": (without("line-determined"), {"lost"}),
    "no determination": (without("case-determined"), {"lost", "unexpected"}),
    "no letter": (without("letter-issued"), {"lost"}),
    "two determinations": (twice("case-determined"), {"duplicated", "lost"}),
    "two letters": (twice("letter-issued"), {"duplicated"}),
    "two lines": (twice("line-determined"), {"duplicated"}),
    "a fork": (fork, {"duplicated"}),
    "another content": (again_otherwise, {"inconsistent"}),
    "out of order": (swapped, {"reordered"}),
    "a stranger": (stranger, {"unexpected"}),
    "an unasked line": (unasked, {"unexpected", "lost"}),
}


def faults(report: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a checker finds fault with, by name."""
    return {name: report[name] for name in BOTH if report[name]}


def test_neither_finds_fault_with_a_sound_history(tmp_path: Path):
    folder = sound().save(tmp_path)

    assert faults(set_checker.check(folder)) == faults(chain_checker.check(folder)) == {}
    assert passed(judged(folder) | {"audit_verified": True, "not_recovered": []})


@pytest.mark.parametrize("check", [set_checker.check, chain_checker.check], ids=["sets", "walk"])
@pytest.mark.parametrize("name", DOCTORED)
def test_each_names_the_case_and_what_happened_to_it(
    tmp_path: Path, name: str, check: Callable[[Path], dict[str, list[str]]]
):
    change, expected = DOCTORED[name]

    assert faults(check(doctored(change).save(tmp_path))) == {fault: [CASE] for fault in expected}


@pytest.mark.parametrize("name", DOCTORED)
def test_a_run_with_such_a_history_fails(tmp_path: Path, name: str):
    change, _ = DOCTORED[name]
    result = judged(doctored(change).save(tmp_path)) | {"audit_verified": True, "not_recovered": []}

    assert result["disagreements"] == {}
    assert not passed(result)


def test_a_second_delivery_is_counted_and_is_no_fault(tmp_path: Path):
    result = judged(doctored(again).save(tmp_path))

    assert result["duplicates_delivered"] == 1
    assert passed(result | {"audit_verified": True, "not_recovered": []})


def test_order_is_judged_by_first_deliveries(tmp_path: Path):
    def late(history: History) -> None:
        history.records.append(copy.deepcopy(history.records[history.at(CASE, "request-received")]))

    folder = doctored(late).save(tmp_path)

    assert set_checker.check(folder)["reordered"] == chain_checker.check(folder)["reordered"] == []


def test_a_request_that_the_broker_never_acknowledged_may_come_out_or_not(tmp_path: Path):
    def doubtful(history: History) -> None:
        silent(history)
        for one in history.sent[:2]:
            one["acknowledged_ms"] = one["case"] = None

    folder = doctored(doubtful).save(tmp_path)

    assert faults(set_checker.check(folder)) == faults(chain_checker.check(folder)) == {}
    assert set_checker.check(folder)["recovered"] == [CASES[0]]


def test_a_determination_that_came_late_is_stale_and_no_fault(tmp_path: Path):
    def late(history: History) -> None:
        history.records[history.at(CASE, "case-determined")]["timestamp_ms"] += set_checker.STALE_MS

    folder = doctored(late).save(tmp_path)

    assert set_checker.check(folder)["stale"] == [CASE]
    assert faults(set_checker.check(folder)) == {}


STORES: dict[str, Change] = {
    "an event that the topic lacks": without("clock-stopped"),
    "an entry twice": lambda history: history.stores["audit"].append(
        history.stores["audit"][-1] | {"n": len(history.stores["audit"])}
    ),
    "an entry too few": lambda history: history.stores["audit"].pop(),
    "an entry with another content": lambda history: history.stores["audit"][2].update(
        sha256="0" * 64
    ),
    "something parked": lambda history: history.stores["letters"].append(
        {"table": "parked", "p": 0, "topic": "pa.intake.v1", "reason": "bug"}
    ),
    "an open task": lambda history: history.stores["letters"].append(
        {"table": "task", "p": 0, "kind": "render"}
    ),
    "something unpublished": lambda history: history.stores["intake"][0].update(published_seq=2),
    "something unread": lambda history: history.stores["audit"].append(
        {"table": "position", "p": 0, "topic": "pa.intake.v1", "next_offset": 3}
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_that_says_otherwise_than_the_topics_fails_the_run(tmp_path: Path, name: str):
    result = judged(doctored(STORES[name], settled=False).save(tmp_path)) | {
        "audit_verified": True,
        "not_recovered": [],
    }

    assert result["stores_differ"] > 0
    assert not passed(result)


def test_checkers_that_disagree_fail_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = doctored(swapped).save(tmp_path)
    blind = chain_checker.check(folder) | {"reordered": []}
    monkeypatch.setattr(chain_checker, "check", lambda _: blind)

    assert judged(folder)["disagreements"] == {"reordered": [CASE]}

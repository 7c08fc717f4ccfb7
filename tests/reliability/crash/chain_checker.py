"""The second checker: walks every case's events from link to link, then holds databases and audit
log against them. It shares no code with the first.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

OURS = {"pa.intake.v1": "intake", "pa.criteria.v1": "criteria", "pa.letters.v1": "letters"}
Place = tuple[str, int, int]


class Step(NamedTuple):
    """An event at its first delivery."""

    id: str
    type: str
    link: str
    cause: str
    digest: str
    value: dict[str, Any]


@dataclass
class Trail:
    """What happened to one case, by producer, in the order of the log; `repeats` counts later
    deliveries, `changed` those that were not the same.
    """

    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    known: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    changed: int = 0

    def follow(self, producer: str, step: Step) -> None:
        """Goes one step on."""
        if step.id in self.known:
            self.repeats += 1
            self.changed += self.known[step.id] != step.digest
        else:
            self.known[step.id] = step.digest
            self.steps[producer].append(step)

    def of(self, name: str) -> list[Step]:
        """The case's events of a type."""
        return [
            step
            for steps in self.steps.values()
            for step in steps
            if step.type.split(".")[-2] == name
        ]


def check(folder: Path) -> dict[str, Any]:
    """Reads the raw history and judges it, case by case; `stores` says in sentences where databases
    and topics differ.
    """
    trails, places = _trails(folder)
    sent = _sent(folder, trails)
    found: dict[str, set[str]] = {
        name: set() for name in ("lost", "unexpected", "duplicated", "inconsistent", "reordered")
    }
    for case, acknowledged in sent.items():
        if case in trails:
            for name in _judged(trails[case]):
                found[name].add(case)
        elif acknowledged:
            found["lost"].add(case)
    found["unexpected"] |= {
        case for case, trail in trails.items() if case not in sent and trail.known
    }
    stores = [
        problem
        for part in (_counts(folder, trails), _finished(folder, places), _log(folder, places))
        for problem in part
    ]
    repeats = sum(trail.repeats for trail in trails.values())
    return {name: sorted(cases) for name, cases in found.items()} | {
        "duplicates_delivered_count": repeats,
        "stores": stores,
    }


def _sent(folder: Path, trails: dict[str, Trail]) -> dict[str, bool]:
    """The cases that requests were to open, and whether the broker had acknowledged each.

    A request whose record has no known place is found again by what its sender calls it.
    """
    called = {
        step.value["reference"]: case
        for case, trail in trails.items()
        for step in trail.of("request-received")[:1]
    }
    sent = {}
    for line in (folder / "sent.jsonl").read_text().splitlines():
        entry = json.loads(line)
        case = entry["case"] or called.get(entry["reference"], entry["reference"])
        sent[case] = entry["acknowledged_ms"] is not None
    return sent


def _trails(folder: Path) -> tuple[dict[str, Trail], dict[Place, tuple[str, str]]]:
    """Every case's trail, and for every place in the topics the event that stands there with its
    value's hash.
    """
    trails: dict[str, Trail] = defaultdict(Trail)
    places: dict[Place, tuple[str, str]] = {}
    with (folder / "records.jsonl").open() as file:
        for text in file:
            record = json.loads(text)
            headers, value = record["headers"], record["value"].encode("utf-8", "surrogateescape")
            places[record["topic"], record["partition"], record["offset"]] = (
                headers.get("ce_id", "").replace("-", ""),
                hashlib.sha256(value).hexdigest(),
            )
            if record["topic"] in OURS:
                trails[headers["ce_subject"]].follow(OURS[record["topic"]], _step(headers, value))
    return trails, places


def _step(headers: dict[str, str], value: bytes) -> Step:
    digest = hashlib.sha256(value + repr(sorted(headers.items())).encode()).hexdigest()
    ident = headers["ce_id"].replace("-", "")
    return Step(
        ident,
        headers["ce_type"],
        headers["ce_prev"].replace("-", ""),
        headers["ce_causationid"].replace("-", ""),
        digest,
        json.loads(value),
    )


def _judged(trail: Trail) -> set[str]:
    """What is wrong with a case that has a trail."""
    wrong = {"inconsistent"} if trail.changed else set()
    for steps in trail.steps.values():
        wrong |= _linked(steps)
    if any(
        step.cause not in trail.known
        for producer in ("criteria", "letters")
        for step in trail.steps[producer]
    ):
        wrong.add("lost")
    return wrong | _received(trail) | _determined(trail) | _told(trail)


def _linked(steps: list[Step]) -> set[str]:
    """Every event names the one before it of the same producer; the first names none."""
    wrong, at = set(), {step.id: n for n, step in enumerate(steps)}
    links = [step.link for step in steps]
    if len(set(links)) < len(links):
        wrong.add("duplicated")
    for n, link in enumerate(links):
        if link and link not in at:
            wrong.add("lost")
        elif link and at[link] > n:
            wrong.add("reordered")
    return wrong


def _received(trail: Trail) -> set[str]:
    received = trail.of("request-received")
    return {"lost"} if not received else {"duplicated"} if len(received) > 1 else set()


def _determined(trail: Trail) -> set[str]:
    """Each line and then the case, once."""
    asked = sorted(
        line["sequence"]
        for step in trail.of("request-received")[:1]
        for line in step.value["request"]["lines"]
    )
    answered = sorted(step.value["sequence"] for step in trail.of("line-determined"))
    cases = trail.of("case-determined")
    wrong = {"duplicated"} if len(set(answered)) < len(answered) or len(cases) > 1 else set()
    if not cases or set(asked) - set(answered):
        wrong.add("lost")
    if set(answered) - set(asked):
        wrong.add("unexpected")
    return wrong


def _told(trail: Trail) -> set[str]:
    """One letter to the member and one to the provider for each determination of the case, and no
    other.
    """
    notices = {step.value["notice_id"].replace("-", "") for step in trail.of("letter-issued")}
    determined = {step.id for step in trail.of("case-determined")}
    wrong = {"unexpected"} if notices - determined else set()
    for ident in determined:
        audiences = sorted(
            step.value["audience"]
            for step in trail.of("letter-issued")
            if step.value["notice_id"].replace("-", "") == ident
        )
        if set(audiences) != {"member", "provider"}:
            wrong.add("lost")
        if len(set(audiences)) < len(audiences):
            wrong.add("duplicated")
    return wrong


def _store(folder: Path, service: str, table: str) -> list[dict[str, Any]]:
    """A table as it was written down; none where the history has no stores."""
    path = folder / f"store-{service}.jsonl"
    rows = (json.loads(line) for line in path.read_text().splitlines()) if path.exists() else ()
    return [row for row in rows if row["table"] == table]


def _counts(folder: Path, trails: dict[str, Trail]) -> list[str]:
    """A service's row of a case counts the events that it wrote and names the last of them."""
    problems = []
    for service in OURS.values():
        for row in _store(folder, service, "case_state"):
            steps = trails[str(_dashed(row["case_id"]))].steps[service]
            if row["seq"] != len(steps) or (
                steps and row["prev"] not in {step.id for step in steps}
            ):
                problems.append(
                    f"{service} has written {row['seq']} events of case "
                    f"{_dashed(row['case_id'])}, its topic has {len(steps)}"
                )
    return problems


def _dashed(ident: str) -> str:
    return "-".join((ident[:8], ident[8:12], ident[12:16], ident[16:20], ident[20:]))


def _finished(folder: Path, places: dict[Place, tuple[str, str]]) -> list[str]:
    """Nothing is parked, open, unpublished or unread."""
    ends: dict[tuple[str, int], int] = defaultdict(int)
    for topic, p, offset in places:
        ends[topic, p] = max(ends[topic, p], offset + 1)
    problems = []
    for service in (*OURS.values(), "audit"):
        problems += [
            f"{service} has parked {row['topic']}/{row['p']}: {row['reason']}"
            for row in _store(folder, service, "parked")
        ]
        problems += [
            f"{service} has an open task {row['kind']} in lane {row['p']}"
            for row in _store(folder, service, "task")
        ]
        problems += [
            (
                f"{service} has published {row['published_seq']} of {row['next_seq'] - 1} in lane "
                f"{row['p']}"
            )
            for row in _store(folder, service, "lane")
            if row["published_seq"] != row["next_seq"] - 1
        ]
        problems += [
            (
                f"{service} has read {row['topic']}/{row['p']} to {row['next_offset']} of "
                f"{ends[row['topic'], row['p']]}"
            )
            for row in _store(folder, service, "position")
            if row["topic"] in {topic for topic, _ in ends}
            and row["next_offset"] != ends[row["topic"], row["p"]]
        ]
    return problems


def _log(folder: Path, places: dict[Place, tuple[str, str]]) -> list[str]:
    """Audit's log has every record once, as it is, lanes counted without a gap and each topic in
    its order.
    """
    entries = _store(folder, "audit", "entry")
    if not entries:
        return []
    problems, last, size, logged = (
        [],
        dict[tuple[str, int], int](),
        defaultdict[int, int](int),
        set[Place](),
    )
    for row in entries:
        place = row["topic"], row["p"], row["offset"]
        if row["n"] != size[row["p"]] or row["offset"] <= last.get(place[:2], -1):
            problems.append(f"audit's entry {row['n']} of lane {row['p']} is out of order")
        if place in logged or places.get(place) != (row["event"] or "", row["sha256"]):
            problems.append(
                f"audit's entry {row['n']} of lane {row['p']} is not the record at {place}"
            )
        size[row["p"]] += 1
        last[place[:2]] = row["offset"]
        logged.add(place)
    return problems + [f"audit lacks {place}" for place in sorted(set(places) - logged)]

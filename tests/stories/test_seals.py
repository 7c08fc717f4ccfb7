"""Somebody who may write to the topics of our services, and has none of their keys, changes
nothing; an alarm is raised, and the case that they named goes on.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Producer

from shared.events.catalogue import BY_TYPE
from shared.events.clocks.duties import ClockStopped
from shared.events.criteria import CRITERIA, CaseDetermined, LineDetermined
from shared.events.intake import INTAKE, RequestReceived
from shared.events.letters import LETTERS, LetterIssued
from shared.examples import bariatric_without_bmi, reference_case
from shared.ids import lane_of
from shared.lanes.seals import HEADER
from tests.patience import PATIENCE
from tests.stacks import RunningStack
from tests.stories.telling import (
    by_line,
    bytes_of,
    described,
    determined,
    eventually,
    from_sender,
    published,
)

pytestmark = pytest.mark.stack
Json = dict[str, Any]
FORGED = (LineDetermined, CaseDetermined, ClockStopped, LetterIssued, RequestReceived)
READERS = {INTAKE: ("criteria", "letters", "audit"), CRITERIA: ("intake", "letters", "audit")} | {
    LETTERS: ("intake", "audit")
}


@pytest.fixture(scope="module")
def genuine(stack: RunningStack) -> dict[str, tuple[dict[str, str], Json]]:
    """An event of each type that somebody is going to forge, from a case that was approved."""
    determined(stack, bytes_of(from_sender(reference_case(), "sealed")))
    found: dict[str, tuple[dict[str, str], Json]] = {}
    for topic in READERS:
        wanted = {event.TYPE for event in FORGED if topic == event.TOPIC}
        for headers, data in published(stack, topic):
            if headers["ce_type"] in wanted:
                found[headers["ce_type"]] = headers, data
                wanted.discard(headers["ce_type"])
            if not wanted:
                break
    return found


def of_case(stack: RunningStack, topic: str, case_id: str) -> list[dict[str, str]]:
    """The headers of the case's events on a topic, as far as audit has them."""
    here = {event["event_id"] for event in stack.desk.timeline(case_id) if event["topic"] == topic}
    found = []
    for headers, _ in published(stack, topic) if here else ():
        if headers["ce_id"] in here:
            found.append(headers)
            here.discard(headers["ce_id"])
        if not here:
            break
    return found


def forged(
    stack: RunningStack, case_id: str, given: tuple[dict[str, str], Json], seal: str | None
) -> str:
    """Writes an event as the next of the case, with an adverse content; its id."""
    headers, data = given
    topic = BY_TYPE[headers["ce_type"]].TOPIC
    producer = headers["ce_caseclock"].split("=")[0]
    before = of_case(stack, topic, case_id)
    ident = str(uuid4())
    named = {name: text for name, text in headers.items() if name != HEADER} | {
        "ce_id": ident,
        "ce_subject": case_id,
        "ce_caseclock": f"{producer}={len(before) + 1}",
        "ce_prev": UUID(before[-1]["ce_id"]).hex if before else "",
    }
    named |= {HEADER: seal} if seal else {}
    writer = Producer({"bootstrap.servers": stack.broker})
    writer.produce(
        topic,
        json.dumps(data).replace('"A1"', '"A3"').encode(),
        case_id.encode(),
        lane_of(UUID(case_id)),
        headers=[(name, text.encode()) for name, text in named.items()],
    )
    assert writer.flush(PATIENCE) == 0
    return ident


def alarms(stack: RunningStack, service: str) -> int:
    with urlopen(f"{stack.urls[service]}/metrics") as answer:
        text = answer.read().decode()
    found = re.search(r"priorauth_records_unsealed_total\{[^}]*\} (\d+)", text)
    assert found
    return int(found[1])


@pytest.mark.parametrize("stolen", [False, True], ids=["without a seal", "with another's seal"])
def test_what_is_forged_for_a_case_changes_nothing_and_does_not_stop_it(
    stack: RunningStack, genuine: dict[str, tuple[dict[str, str], Json]], *, stolen: bool
):
    content = from_sender(bariatric_without_bmi(), f"forged-{stolen}")
    case = determined(stack, bytes_of(content))
    before = {service: alarms(stack, service) for service in stack.urls}
    expected = dict.fromkeys(stack.urls, 0)
    idents = set()
    for event in FORGED:
        given = genuine[event.TYPE]
        idents.add(forged(stack, case["case_id"], given, given[0][HEADER] if stolen else None))
        for reader in READERS[event.TOPIC]:
            expected[reader] += 1

    eventually(
        lambda: {one: alarms(stack, one) - before[one] for one in stack.urls} == expected or None
    )

    known = {"path": "body.bmi", "value": 41, "unit": "kg/m2"}
    more = known | {"source": {"document": "chart", "page": 1}}
    amended = content | {"facts": [*content["facts"], more], "amends": case["case_id"]}
    determined(stack, bytes_of(amended))
    eventually(lambda: set(by_line(described(stack, case["case_id"])).values()) == {"A1"} or None)
    timeline = {event["event_id"] for event in stack.desk.timeline(case["case_id"])}
    assert not idents & timeline
    for service in ("intake", "criteria", "letters"):
        with urlopen(f"{stack.urls[service]}/readyz") as answer:
            assert answer.status == 200

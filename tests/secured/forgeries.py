"""What somebody writes who got write rights on our topics by a slip, and has no key of ours: the
next event of a case in its producer's envelope, with an adverse content; and a review.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from shared.access.principal import Role
from shared.events.catalogue import BY_TYPE, PRODUCERS
from shared.events.clocks.duties import ClockStopped
from shared.events.criteria import CRITERIA, CaseDetermined, LineDetermined
from shared.events.intake import INTAKE
from shared.events.letters import LETTERS, LetterIssued
from shared.events.model import EventData
from shared.events.reviews import REVIEWS, ReviewSubmitted
from shared.ids import lane_of
from shared.kafka import acls
from shared.kafka.cluster import Cluster
from shared.lanes.seals import HEADER
from tests.access import read
from tests.desk import BASIS, TAKEN
from tests.patience import PATIENCE
from tests.secured.stack import SecuredStack
from tests.stories.telling import eventually

Json = dict[str, Any]
WHO = "submitter"
"""Who was given more than their own by a slip."""
FORGED: tuple[type[EventData], ...] = (LineDetermined, CaseDetermined, ClockStopped, LetterIssued)
SEALED = (INTAKE, CRITERIA, LETTERS)
READERS = {
    INTAKE: ("criteria", "letters", "audit"),
    CRITERIA: ("intake", "letters", "audit"),
    LETTERS: ("intake", "audit"),
}


class KafkaRecord(NamedTuple):
    """An event as it lies on a topic."""

    headers: dict[str, str]
    data: Json


@contextmanager
def slip(stack: SecuredStack) -> Iterator[Cluster]:
    """Rights that nobody declared: to write wherever our services do. Taken away afterwards."""
    grants = [acls.Grant(WHO, "topic", topic, "write") for topic in (*SEALED, REVIEWS)]
    with acls.admin_of(stack.administrator) as admin:
        admin.create_acls([acls._acl(grant) for grant in grants])
        acls._wait(admin, grants)
    try:
        yield stack.cluster(WHO)
    finally:
        acls.remove(stack.administrator)


def lying(stack: SecuredStack, topic: str, lane: int) -> list[KafkaRecord]:
    """All events of a topic in a lane, as the administrator sees them."""
    settings = {"group.id": "forgeries", "enable.auto.commit": False, "enable.partition.eof": True}
    consumer = Consumer(stack.administrator.librdkafka() | settings)
    found = []
    try:
        consumer.assign([TopicPartition(topic, lane, 0)])
        while (message := consumer.poll(PATIENCE)) is not None:
            error = message.error()
            if error is not None:
                assert error.code() == KafkaError._PARTITION_EOF, error
                return found
            given = cast("list[tuple[str, bytes]]", message.headers() or [])
            headers = {name: value.decode() for name, value in given}
            found.append(KafkaRecord(headers, json.loads(message.value() or b"{}")))
    finally:
        consumer.close()
    raise AssertionError(f"{topic} could not be read")


def genuine(stack: SecuredStack, kind: type[EventData], case_id: str) -> KafkaRecord:
    """The newest event of a type of a case, once there is one."""
    wanted = (case_id, kind.TYPE)
    return eventually(
        lambda: [
            one
            for one in lying(stack, kind.TOPIC, lane_of(UUID(case_id)))
            if (one.headers["ce_subject"], one.headers["ce_type"]) == wanted
        ]
    )[-1]


def forged(stack: SecuredStack, like: KafkaRecord, case_id: str, seal: str | None) -> KafkaRecord:
    """The next event of a case, like a genuine one of another, and refusing."""
    topic = BY_TYPE[like.headers["ce_type"]].TOPIC
    before = [
        one.headers["ce_id"]
        for one in lying(stack, topic, lane_of(UUID(case_id)))
        if one.headers["ce_subject"] == case_id
    ]
    headers = {name: text for name, text in like.headers.items() if name != HEADER} | {
        "ce_id": str(uuid4()),
        "ce_subject": case_id,
        "ce_caseclock": f"{PRODUCERS[topic]}={len(before) + 1}",
        "ce_prev": UUID(before[-1]).hex if before else "",
        **({HEADER: seal} if seal else {}),
    }
    refusing = json.dumps(like.data).replace('"A1"', '"A3"').replace('"engine"', '"clinician"')
    return KafkaRecord(headers, json.loads(refusing))


def review(case_id: str, asked: Json, attestation: str | None) -> KafkaRecord:
    """A refusal in a clinician's name, as somebody writes it who is no desk."""
    made = {
        **TAKEN,
        "case_id": case_id,
        "idempotency_key": "forged",
        "evaluation_id": asked["evaluation_id"],
        "sequence": asked["lines"][0],
        "content_digest": asked["contents"][0]["digest"],
        "determination": "A3",
        "basis": BASIS,
        **({"attestation": attestation} if attestation else {}),
    }
    return KafkaRecord({"ce_type": ReviewSubmitted.TYPE, "ce_subject": case_id}, made)


def write(cluster: Cluster, records: list[KafkaRecord]) -> None:
    """Writes records with whatever rights the principal has; all of them are taken."""
    producer, refused = Producer(cluster.librdkafka()), list[str]()

    def told(error: KafkaError | None, _message: Any) -> None:
        if error is not None:
            refused.append(error.str())

    for headers, data in records:
        case_id = headers["ce_subject"]
        producer.produce(
            BY_TYPE[headers["ce_type"]].TOPIC,
            json.dumps(data).encode(),
            case_id.encode(),
            lane_of(UUID(case_id)),
            headers=[(name, text.encode()) for name, text in headers.items()],
            on_delivery=told,
        )
    assert producer.flush(PATIENCE) == 0
    assert refused == []


def alarms(stack: SecuredStack) -> Counter[str]:
    """How many records without a seal each service has set aside."""
    found: Counter[str] = Counter()
    for service, url in stack.urls.items():
        text = read(f"{url}/metrics", Role.OPERATIONS).decode()
        shown = re.search(r"priorauth_records_unsealed_total\{[^}]*\} (\d+)", text)
        assert shown
        found[service] = int(shown[1])
    return found


def expected(records: list[KafkaRecord]) -> Counter[str]:
    """How many of these each service must set aside: all that it reads."""
    topics = [BY_TYPE[one.headers["ce_type"]].TOPIC for one in records]
    return Counter(reader for topic in topics for reader in READERS.get(topic, ()))

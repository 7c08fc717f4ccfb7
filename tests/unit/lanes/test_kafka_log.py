"""Asking a broker that does not answer: an error that is tried again, each time by a client that
has no past.
"""

from __future__ import annotations

from concurrent.futures import Future
from threading import Timer

import pytest
from confluent_kafka import KafkaError, KafkaException

from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.lanes.kafka import log as kafka_log
from shared.lanes.kafka.log import KafkaLog


class Client:
    """A client that never gets an answer again."""

    made = 0

    def __init__(self, _settings: dict[str, object]) -> None:
        type(self).made += 1

    def describe_topics(self, *_: object, **__: object) -> dict[str, object]:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))

    list_offsets = describe_topics


def test_a_client_that_got_no_answer_is_not_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kafka_log, "AdminClient", Client)
    log = KafkaLog(Cluster("127.0.0.1:1"), embedded=False)

    with pytest.raises(Unavailable, match="_TIMED_OUT"):
        log.ids(["pa.intake.v1"])
    with pytest.raises(Unavailable, match="_TIMED_OUT"):
        log.bounds([("pa.intake.v1", 3)])

    assert Client.made == 3


class Refusing(Client):
    """A client whose broker does not know the topic; the last answer comes late."""

    late: Future[object]

    def describe_topics(self, *_: object, **__: object) -> dict[str, Future[object]]:
        refused: Future[object] = Future()
        refused.set_exception(KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)))
        type(self).late = Future()
        Timer(0.1, type(self).late.set_result, [None]).start()
        return {"pa.intake.v1": refused, "pa.criteria.v1": type(self).late}


def test_a_client_whose_broker_answers_is_kept_and_heard_out(monkeypatch: pytest.MonkeyPatch):
    Refusing.made = 0
    monkeypatch.setattr(kafka_log, "AdminClient", Refusing)
    log = KafkaLog(Cluster("127.0.0.1:1"), embedded=False)

    with pytest.raises(Unavailable, match="UNKNOWN_TOPIC"):
        log.ids(["pa.intake.v1", "pa.criteria.v1"])

    assert Refusing.late.done()
    assert Refusing.made == 1

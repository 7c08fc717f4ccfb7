"""Asking a broker that does not answer: an error that is tried again, each time by a client that
has no past.
"""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from shared.errors import Unavailable
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
    log = KafkaLog("127.0.0.1:1", embedded=False)

    with pytest.raises(Unavailable, match="_TIMED_OUT"):
        log.ids(["pa.intake.v1"])
    with pytest.raises(Unavailable, match="_TIMED_OUT"):
        log.bounds([("pa.intake.v1", 3)])

    assert Client.made == 3

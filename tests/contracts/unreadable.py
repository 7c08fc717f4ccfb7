"""Writes records that no client of ours would write: `python -m tests.contracts.unreadable BROKER
TOPIC PARTITION GOOD GOOD`.
"""

from __future__ import annotations

import sys

from kafka import KafkaProducer

from tests.patience import PATIENCE


class Unnameable(str):
    """A header name that is not UTF-8, as a client in another language can write."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        """The bytes that go out."""
        return b"n\xff"


def write(broker: str, topic: str, partition: int, first: bytes, last: bytes) -> None:
    """Four unreadable records between two good ones."""
    producer = KafkaProducer(bootstrap_servers=broker)
    records: list[tuple[list[tuple[str, bytes]], bytes | None]] = [
        ([], first),
        ([(Unnameable("x"), b"y")], first),
        ([("x", b"\xff")], first),
        ([], b"\xff\x00"),
        ([], None),
        ([], last),
    ]
    for headers, value in records:
        producer.send(topic, value=value, key=b"k", headers=headers, partition=partition)
    producer.flush(PATIENCE)
    producer.close()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].encode(), sys.argv[5].encode())

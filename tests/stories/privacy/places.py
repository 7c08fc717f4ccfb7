"""Where nothing that identifies a person may be: logs, metrics, keys and headers of records,
answers to what is refused, the terminal, process arguments, names of files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from cli.embedded.stack import Stack
from shared.kafka.topics import declared
from shared.settings import SERVICES
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
Place = tuple[str, int, int]
"""A record's topic, partition and offset."""


def logs(stack: Stack) -> Iterator[tuple[str, bytes]]:
    for file in sorted((stack.state / "log").iterdir()):
        yield f"log/{file.name}", file.read_bytes()


def metrics(stack: Stack) -> Iterator[tuple[str, bytes]]:
    for name in SERVICES:
        with urlopen(f"{stack.urls[name]}/metrics", timeout=PATIENCE) as answer:
            yield f"{name}/metrics", answer.read()


def file_names(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Names below the state folder, those of links and what they lead to among them."""
    for path in stack.state.rglob("*"):
        yield "a file's name", os.fsencode(path.relative_to(stack.state))
        if path.is_symlink():
            yield "a link's aim", os.fsencode(path.readlink())


def arguments(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """What any user of the machine can read of the stack's processes and of their children."""
    wanted = {process.pid for process in stack.processes.values()} | {stack.broker.pid}
    grown = -1
    while grown != len(wanted):
        grown = len(wanted)
        wanted |= {pid for pid, parent in _parents().items() if parent in wanted}
    for pid in wanted:
        try:
            yield "process arguments", Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile


def _parents() -> dict[int, int]:
    """Every process with the one that started it."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
        except OSError:
            continue
    return found


def records(broker: str) -> Iterator[tuple[Place, list[tuple[str, bytes]], bytes]]:
    """Every record of every topic, as it was written so far: its place, its key and headers, its
    value.
    """
    # The embedded broker tells the end of a partition with what is fetched alone.
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "privacy",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    left = {(topic.name, at) for topic in declared() for at in range(topic.partitions)}
    try:
        consumer.assign([TopicPartition(topic, at, 0) for topic, at in left])
        while left:
            message = consumer.poll(PATIENCE)
            assert message is not None, f"not read to the end: {sorted(left)}"
            place = cast("Place", (message.topic(), message.partition(), message.offset()))
            if message.error():
                assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                left.discard(place[:2])
                continue
            given = cast("list[tuple[str, bytes | None]]", message.headers() or [])
            beside = [("key", cast("bytes", message.key() or b""))]
            beside += [(name, name.encode() + b" " + (value or b"")) for name, value in given]
            yield place, beside, cast("bytes", message.value() or b"")
    finally:
        consumer.close()


def write(broker: str, topic: str, given: list[dict[str, Any]]) -> set[Place]:
    """Writes records as an outsider does, and says where they are: what stands beside their values
    is the outsider's.
    """
    places: set[Place] = set()

    def written(error: Any, message: Any) -> None:
        assert error is None, error
        places.add((message.topic(), message.partition(), message.offset()))

    producer = Producer({"bootstrap.servers": broker})
    for record in given:
        producer.produce(topic, on_delivery=written, **record)
    assert producer.flush(PATIENCE) == 0
    return places


def priorauth(stack: Stack, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command as a user of this stack runs it."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=ROOT,
        env={
            **os.environ,
            **{f"PRIORAUTH_{name.upper()}_URL": url for name, url in stack.urls.items()},
            "PRIORAUTH_BROKER": stack.broker.address,
            "PRIORAUTH_STATE": str(stack.state),
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def caught_up(stack: Stack) -> bool:
    """Whether every service has worked all that was written."""
    found = json.loads(priorauth(stack, "topics", "lag", "--json").stdout)
    return not any(one["behind"] for one in found)


def keys(stack: Stack) -> Iterator[str]:
    """The secret keys of the stack: the ends of the lines of their files, which are base64."""
    for path in stack.state.rglob("*.key"):
        yield from (line[-40:] for line in path.read_text("ascii").split() if len(line) > 40)

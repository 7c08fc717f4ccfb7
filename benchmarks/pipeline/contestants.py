"""The three that run: which topics and groups they have, how their processes start, and how audit's
log is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pipeline.baseline import settings as baseline_settings
from benchmarks.pipeline.ceiling import hop
from shared.events.catalogue import CONSUMES
from shared.events.letters import LetterIssued
from shared.events.submissions import SUBMISSIONS
from shared.ids import PARTITIONS
from shared.kafka.topics import declared
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import upgrade

SERVICES = ("intake", "criteria", "letters", "audit")
Command = Callable[[str, Mapping[str, str]], list[str]]


@dataclass(frozen=True)
class Contestant:
    """`groups` gives the partitions that each consumer group has once all are there; `letters`
    counts the cases whose letters audit holds.
    """

    name: str
    topics: tuple[str, ...]
    submissions: str
    groups: Mapping[str, int]
    command: Command
    letters: str
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[str, str], None] = lambda _service, _url: None
    """(service, its empty database) -> what is there before its process starts."""


def ours() -> Contestant:
    """The four services as they are, letters without their documents."""
    return Contestant(
        name="ours",
        topics=tuple(topic.name for topic in declared()),
        submissions=SUBMISSIONS,
        groups={
            f"priorauth-{service}": PARTITIONS * len(CONSUMES[service]) for service in SERVICES
        },
        command=lambda service, _: [sys.executable, "-m", f"services.{service}"],
        letters=f"SELECT count(DISTINCT case_id) FROM entry WHERE type = '{LetterIssued.TYPE}'",
        environment={
            "PRIORAUTH_RENDER": "0",
            "PRIORAUTH_LOG_LEVEL": "warning",
            "PRIORAUTH_EMBEDDED": "0",
        },
        prepare=lambda service, url: upgrade(service, reading_engine(url)),
    )


def baseline() -> Contestant:
    """The same services as the tutorials write them."""
    single = (
        "intake",
        "intake-criteria",
        "intake-letters",
        "criteria",
        "letters-intake",
        "letters-criteria",
    )
    return Contestant(
        name="baseline",
        topics=baseline_settings.TOPICS,
        submissions=baseline_settings.SUBMISSIONS,
        groups={f"baseline-{name}": PARTITIONS for name in single}
        | {"baseline-audit": PARTITIONS * len(baseline_settings.TOPICS)},
        command=lambda service, _: [
            sys.executable,
            "-m",
            f"benchmarks.pipeline.baseline.{service}",
        ],
        letters=(
            f"SELECT count(DISTINCT case_id) FROM baseline_audit WHERE type = '{LetterIssued.TYPE}'"
        ),
    )


def ceiling(recording: Path) -> Contestant:
    """The bare loops over a recording of ours."""
    return Contestant(
        name="ceiling",
        topics=(*hop.TOPICS, "ceiling.scratch"),
        submissions=hop.SUBMISSIONS,
        groups={
            f"ceiling-{service}": PARTITIONS * len(hop.CONSUMES[service]) for service in SERVICES
        },
        command=lambda service, environment: hop_command(
            service, environment, recording, f"ceiling-{service}"
        ),
        letters=f"SELECT count(DISTINCT key) FROM ceiling_log WHERE type = '{LetterIssued.TYPE}'",
    )


def hop_command(
    service: str, environment: Mapping[str, str], recording: Path, group: str
) -> list[str]:
    """How a hop of the ceiling is started."""
    places = [
        "--broker",
        environment["PRIORAUTH_BROKER"],
        "--database",
        environment["PRIORAUTH_DATABASE_URL"],
    ]
    return [
        sys.executable,
        "-m",
        "benchmarks.pipeline.ceiling.hop",
        service,
        *places,
        "--recording",
        str(recording),
        "--group",
        group,
    ]

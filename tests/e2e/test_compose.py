"""`docker compose up` ends healthy, and the command line works against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli import exits
from shared.kafka.embedded import free_port
from tests.patience import PATIENCE

pytestmark = pytest.mark.containers
ROOT = Path(__file__).resolve().parents[2]
PROJECT = "priorauth-test"
SERVICES = ("intake", "criteria", "letters", "audit")


FILES = {
    "plain": ["--file", "docker-compose.yml"],
    "secured": ["--file", "docker-compose.yml", "--file", "deploy/secure/compose.yml"],
}


@dataclass(frozen=True)
class Composed:
    """What is up: the command that made it, and the environment in which the command line finds
    it.
    """

    compose: list[str]
    environment: dict[str, str]

    def administer(self, *arguments: str) -> str:
        """What the command line prints as who administers Kafka, inside."""
        command = ["run", "--rm", "--no-deps", "--no-TTY", "topics", "python", "-m", "cli.main"]
        ran = subprocess.run(
            [*self.compose, *command, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture(scope="module", params=FILES)
def composed(request: pytest.FixtureRequest) -> Iterator[Composed]:
    """Everything up, on free ports."""
    ports = {name: str(free_port()) for name in ("kafka", *SERVICES)}
    environment = {**os.environ, **{f"{name.upper()}_PORT": port for name, port in ports.items()}}
    compose = ["docker", "compose", "--project-name", PROJECT, *FILES[request.param]]
    try:
        subprocess.run(
            [*compose, "up", "--wait", "--no-build"],
            cwd=ROOT,
            env=environment,
            check=True,
            timeout=2 * PATIENCE,
            capture_output=True,
        )
        urls = {
            f"PRIORAUTH_{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in SERVICES
        }
        yield Composed(compose, environment | urls)
    finally:
        subprocess.run(
            [*compose, "down", "--volumes"],
            cwd=ROOT,
            env=environment,
            check=False,
            timeout=PATIENCE,
            capture_output=True,
        )


def priorauth(environment: dict[str, str], *arguments: str, ends: int = exits.DONE) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == ends, ran.stdout + ran.stderr
    return ran.stdout


def test_a_request_submitted_to_compose_is_determined_and_on_record(
    composed: Composed, tmp_path: Path
):
    case = json.loads(
        priorauth(
            composed.environment,
            "submit",
            "shared/examples/reference_case.json",
            "--wait",
            "--json",
        )
    )

    assert [line["determination"] for line in case["lines"]] == ["A1", "A1"]
    held = {**composed.environment, "PRIORAUTH_HELD": str(tmp_path)}
    first = priorauth(held, "audit", "verify", "--json", ends=exits.UNPROVEN)
    assert json.loads(first)["consistent"]
    assert json.loads(priorauth(held, "audit", "verify", "--json"))["verified"]


def test_the_topics_of_compose_are_as_declared(composed: Composed):
    assert json.loads(composed.administer("topics", "drift", "--json")) == []


def test_where_it_is_secured_the_rights_are_as_declared(composed: Composed):
    if "deploy/secure/compose.yml" in composed.compose:
        assert json.loads(composed.administer("topics", "acls", "drift", "--json")) == []

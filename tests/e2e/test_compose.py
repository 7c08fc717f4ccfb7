"""`docker compose up` ends healthy, and the command line works against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.kafka.embedded import free_port
from tests.patience import PATIENCE

pytestmark = pytest.mark.containers
ROOT = Path(__file__).resolve().parents[2]
PROJECT = "priorauth-test"
SERVICES = ("intake", "criteria", "letters", "audit")


@pytest.fixture(scope="module")
def composed() -> Iterator[dict[str, str]]:
    """Everything up, on free ports; gives the environment in which the command line finds it."""
    ports = {name: str(free_port()) for name in ("kafka", *SERVICES)}
    environment = {**os.environ, **{f"{name.upper()}_PORT": port for name, port in ports.items()}}
    compose = ["docker", "compose", "--project-name", PROJECT]
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
        yield {**os.environ, **urls, "PRIORAUTH_BROKER": f"127.0.0.1:{ports['kafka']}"}
    finally:
        subprocess.run(
            [*compose, "down", "--volumes"],
            cwd=ROOT,
            env=environment,
            check=False,
            timeout=PATIENCE,
            capture_output=True,
        )


def priorauth(environment: dict[str, str], *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_request_submitted_to_compose_is_determined_and_on_record(composed: dict[str, str]):
    case = json.loads(
        priorauth(composed, "submit", "shared/examples/reference_case.json", "--wait", "--json")
    )

    assert [line["determination"] for line in case["lines"]] == ["A1", "A1"]
    assert json.loads(priorauth(composed, "audit", "verify", "--json"))["verified"]


def test_the_topics_of_compose_are_as_declared(composed: dict[str, str]):
    assert json.loads(priorauth(composed, "topics", "drift", "--json")) == []

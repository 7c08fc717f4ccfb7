"""Which levels this machine can run, and on what: container tests need a Docker engine and the images, and say so where they were left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

with warnings.catch_warnings():  # kafka-python reads its schemas in a way that Python 3.11 deprecated and 3.13 took back
    warnings.simplefilter("ignore", DeprecationWarning)
    from tests.stacks import RunningStack, containers, embedded

REQUIRED = os.environ.get("PRIORAUTH_REQUIRE_CONTAINERS") == "1"
BACKED = bool(os.environ.get("PRIORAUTH_TEST_POSTGRES") and os.environ.get("PRIORAUTH_TEST_BROKER"))
IMAGES = {"KAFKA_IMAGE": "apache/kafka:4.3.1", "POSTGRES_IMAGE": "postgres:17", "PRIORAUTH_IMAGE": "priorauth:dev"}
HOW = "start a Docker engine (deploy/engine.sh), run `make images`, then `make test` again"
LEFT_OUT = pytest.StashKey[str]()
USED = pytest.StashKey[dict[str, str]]()

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = {}
    config.addinivalue_line("filterwarnings", "ignore:read_text is deprecated:DeprecationWarning")  # kafka-python reads its schemas so


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("containers")]
    why = missing() if needing or REQUIRED else ""
    if REQUIRED and _whole(config) and not BACKED:
        raise pytest.UsageError("contract tests on real Kafka and PostgreSQL are required: run `make test`, which starts both")
    if REQUIRED and (why or (not needing and _whole(config))):
        raise pytest.UsageError(f"container tests are required and cannot run: {why or 'none was collected'}; {HOW}")
    if why:
        config.stash[LEFT_OUT] = f"{len(needing)} container tests (real Kafka, PostgreSQL and our images): {why}"
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]
    items.sort(key=_cost)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stash = terminalreporter.config.stash
    for level, backing in stash[USED].items():
        terminalreporter.write_line(f"{level} ran on {backing}")
    if LEFT_OUT in stash:
        terminalreporter.write_line(f"left out: {stash[LEFT_OUT]}")
    if LEFT_OUT in stash and not BACKED:
        terminalreporter.write_line("left out: contract and store tests on real Kafka and PostgreSQL")
    if LEFT_OUT in stash:
        terminalreporter.write_line(f"to run them: {HOW}")


def missing() -> str:
    """What container tests lack here; empty when they can run."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    if subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=30).returncode != 0:
        return "no Docker engine answers"
    absent = [image for image in (os.environ.get(name, default) for name, default in IMAGES.items()) if not _has(image)]
    return f"no image {', '.join(absent)}" if absent else ""


def _has(image: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False, timeout=30).returncode == 0


def _whole(config: pytest.Config) -> bool:
    """Whether the whole suite is run, not a part that somebody named."""
    return not config.option.keyword and not config.option.markexpr and config.args in ([str(config.rootpath / "tests")], ["tests"], [])


def _cost(item: pytest.Item) -> int:
    """Fast levels first, so that a mistake shows early."""
    return 2 if item.get_closest_marker("containers") else 1 if item.get_closest_marker("stack") else 0


@pytest.fixture(scope="session")
def embedded_stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The embedded broker and the four services as processes, on SQLite."""

    request.config.stash[USED]["stories"] = "the embedded broker and SQLite"
    with embedded(tmp_path_factory.mktemp("embedded") / "state") as running:
        yield running


@pytest.fixture(scope="session")
def container_stack(request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """Kafka, PostgreSQL and the four services in containers."""
    request.config.stash[USED]["stories on containers"] = "Kafka, PostgreSQL and our images"
    with containers() as running:
        yield running

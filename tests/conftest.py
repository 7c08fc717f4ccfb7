"""Which levels this machine can run, and on what: container tests need a Docker engine and the
images, and say so where they were left out.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

with (
    warnings.catch_warnings()
):  # kafka-python reads its schemas in a way that Python 3.11 deprecated and 3.13 took back
    warnings.simplefilter("ignore", DeprecationWarning)
    from tests.stacks import RunningStack, containers, embedded

REQUIRED = os.environ.get("PRIORAUTH_REQUIRE_CONTAINERS") == "1"
IMAGES = {
    "KAFKA_IMAGE": "apache/kafka:4.3.1",
    "POSTGRES_IMAGE": "postgres:17",
    "PRIORAUTH_IMAGE": "priorauth:dev",
}
HOW = "start a Docker engine (deploy/engine.sh), run `make images`, then `make test` again"
LEFT_OUT = pytest.StashKey[list[str]]()
USED = pytest.StashKey[dict[str, str]]()

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = {}
    config.stash[LEFT_OUT] = []
    config.addinivalue_line(
        "filterwarnings", "ignore:read_text is deprecated:DeprecationWarning"
    )  # kafka-python reads its schemas so


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("containers")]
    why = missing() if needing or REQUIRED else ""
    lacking = _lacking(items)
    if REQUIRED and (why or lacking or (not needing and _whole(config))):
        raise pytest.UsageError(
            f"every test is required, and some cannot run: "
            f"{why or '; '.join(lacking) or 'no container test was collected'}; {HOW}"
        )
    if why:
        _leave_out(
            config,
            items,
            needing,
            f"on real Kafka, PostgreSQL and our images because {why}; to run them {HOW}",
        )
    for lack, left in lacking.items():
        _leave_out(config, items, left, f"because {lack}")
    items.sort(key=_cost)


def _lacking(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """What this machine lacks that tests need, a program, the C library or the address of a server,
    with those tests.
    """
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        for (name,) in [marker.args for marker in item.iter_markers("needs")]:
            if name.isupper() and not os.environ.get(name):
                found.setdefault(
                    (
                        f"{name} is not set; `make test` sets it where there are a Docker engine "
                        f"and "
                        f"the images"
                    ),
                    [],
                ).append(item)
            elif not name.isupper() and not _installed(name):
                found.setdefault(f"{name} is not installed", []).append(item)
    return found


def _installed(name: str) -> bool:
    return platform.libc_ver()[0] == name if name == "glibc" else shutil.which(name) is not None


def _leave_out(
    config: pytest.Config, items: list[pytest.Item], left: list[pytest.Item], why: str
) -> None:
    gone = set(left) & set(items)
    if gone:
        config.stash[LEFT_OUT].append(f"{len(gone)} {why}")
        config.hook.pytest_deselected(items=list(gone))
        items[:] = [item for item in items if item not in gone]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stash = terminalreporter.config.stash
    for level, backing in stash[USED].items():
        terminalreporter.write_line(f"{level} ran on {backing}")
    for left in stash[LEFT_OUT]:
        terminalreporter.write_line(f"left out: {left}")


def missing() -> str:
    """What container tests lack here; empty when they can run."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    if (
        subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=30).returncode
        != 0
    ):
        return "no Docker engine answers"
    absent = [
        image
        for image in (os.environ.get(name, default) for name, default in IMAGES.items())
        if not _has(image)
    ]
    return f"no image {', '.join(absent)}" if absent else ""


def _has(image: str) -> bool:
    return (
        subprocess.run(
            ["docker", "image", "inspect", image], capture_output=True, check=False, timeout=30
        ).returncode
        == 0
    )


def _whole(config: pytest.Config) -> bool:
    """Whether the whole suite is run, not a part that somebody named."""
    return (
        not config.option.keyword
        and not config.option.markexpr
        and config.args in ([str(config.rootpath / "tests")], ["tests"], [])
    )


def _cost(item: pytest.Item) -> int:
    """Fast levels first, so that a mistake shows early."""
    return (
        2 if item.get_closest_marker("containers") else 1 if item.get_closest_marker("stack") else 0
    )


@pytest.fixture(scope="session")
def embedded_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
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

"""Which tests a run takes, on what they run, and what it says of that at its end.

`pytest` takes every test that this machine can run, `pytest --quick` those that prove a change in
minutes and without containers.
"""

from __future__ import annotations

import os
import re
import time
import warnings
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.left_out import ALL, HOW, NIGHTLY, ON_CONTAINERS, Part, lacking, marked, missing, quick

with (
    warnings.catch_warnings()
):  # kafka-python reads its schemas in a way that Python 3.11 deprecated and 3.13 took back
    warnings.simplefilter("ignore", DeprecationWarning)
    from tests.stacks import RunningStack, containers

REQUIRED = os.environ.get("PRIORAUTH_REQUIRE_CONTAINERS") == "1"
LEFT_OUT = pytest.StashKey[list[str]]()
USED = pytest.StashKey[dict[str, str]]()
GONE = re.compile(r"^%\d\|.*Connection refused.*\n?", re.MULTILINE)
BEGAN = pytest.StashKey[tuple[float, float]]()
"""The time (monotonic, seconds) and the load when the run began."""

# An example that takes long is no finding: other work slows this machine.
hypothesis_settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "ci", hypothesis_settings.get_profile("here"), derandomize=True, print_blob=True
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick",
        action="store_true",
        help="prove a change in minutes: leave out what needs containers, or is marked as long",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = {}
    config.stash[LEFT_OUT] = []
    config.stash[BEGAN] = time.monotonic(), os.getloadavg()[0]
    config.addinivalue_line(
        "filterwarnings", "ignore:read_text is deprecated:DeprecationWarning"
    )  # kafka-python reads its schemas so
    if REQUIRED and config.option.quick:
        raise pytest.UsageError(
            "PRIORAUTH_REQUIRE_CONTAINERS=1 requires the tests that --quick leaves out"
        )


def pytest_report_header(config: pytest.Config) -> str:
    return f"load: {config.stash[BEGAN][1]:.1f} on {os.cpu_count()} cores"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if unknown := sorted({name for item in items for name in _nowhere(item)}):
        raise pytest.UsageError(f"tests name fixtures that are nowhere: {', '.join(unknown)}")
    for part in quick(items) if config.option.quick else _impossible(config, items):
        _leave_out(config, items, part)
    for part in lacking(items, ALL if config.option.quick else HOW):
        _leave_out(config, items, part)
    items.sort(key=_cost)


def _nowhere(item: pytest.Item) -> list[str]:
    """Fixtures that a test names and nobody makes, each with its test: pytest itself tells so only
    when it comes to the test, which may be half an hour later.
    """
    if not isinstance(item, pytest.Function):
        return []
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    made = {"request", *item._fixtureinfo.name2fixturedefs, *parameters}
    return [f"{name} in {item.location[0]}" for name in item.fixturenames if name not in made]


def _impossible(config: pytest.Config, items: list[pytest.Item]) -> list[Part]:
    """The container tests where they cannot run; where every test is required, an error if any
    cannot.
    """
    needing = marked(items, "containers")
    why = missing() if needing or REQUIRED else ""
    lacks = [part.why for part in lacking(items, HOW)]
    if REQUIRED and (why or lacks or (not needing and _whole(config))):
        raise pytest.UsageError(
            f"every test is required, and some cannot run: "
            f"{why or '; '.join(lacks) or 'no container test was collected'}; {HOW}"
        )
    return [Part(needing, f"{ON_CONTAINERS}, but {why}: {HOW}")] if why else []


def _leave_out(config: pytest.Config, items: list[pytest.Item], part: Part) -> None:
    left = set(part.items) & set(items)
    if left:
        gone = [item for item in items if item in left]
        config.stash[LEFT_OUT].append(Part(gone, part.why).told)
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in left]


def _whole(config: pytest.Config) -> bool:
    """Whether the whole suite is run, not a part that somebody named."""
    return (
        not config.option.keyword
        and not config.option.markexpr
        and config.args in ([str(config.rootpath / "tests")], ["tests"], [])
    )


def _cost(item: pytest.Item) -> int:
    """Fast levels first, so that a mistake shows early; then the stories, which one process tells
    while the others prove what can be proved a file at a time.
    """
    if item.get_closest_marker("containers"):
        return 3
    if item.nodeid.startswith(("tests/reliability/", "tests/secured/")):
        return 2
    return 1 if item.get_closest_marker("stack") else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.option.dist != "loadscope":
        return None
    from tests.dealing import Dealing  # noqa: PLC0415 - xdist is only wanted on several processes

    return Dealing(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands on what it knows to the one that tells it."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash[LEFT_OUT]
        output["used"] = session.config.stash[USED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    node.config.stash[USED] |= output.get("used", {})
    # Each process has collected all, and left out the same.
    node.config.stash[LEFT_OUT] = output.get("left_out") or node.config.stash[LEFT_OUT]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure is shown without what Kafka's C client says, by the hundred, of brokers that other
    tests took away.
    """
    report = yield
    report.sections = [(name, GONE.sub("", text)) for name, text in report.sections]
    return report


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    stash, tell = config.stash, terminalreporter.write_line
    if _whole(config):
        terminalreporter.section("on what it ran, and what was left out")
        began, load = stash[BEGAN]
        tell(
            f"{os.cpu_count()} cores, load {load:.1f} at the start and {os.getloadavg()[0]:.1f} at "
            f"the end, {(time.monotonic() - began) / 60:.1f} minutes"
        )
    for level, backing in stash[USED].items():
        tell(f"{level} ran on {backing}")
    for left in [*stash[LEFT_OUT], *([NIGHTLY] if _whole(config) else [])]:
        tell(f"left out: {left}")


@pytest.fixture(scope="session")
def container_stack(request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """Kafka, PostgreSQL and the four services in containers."""
    request.config.stash[USED]["stories on containers"] = "Kafka, PostgreSQL and our images"
    with containers() as running:
        yield running


@pytest.fixture(scope="session")
def ran_on(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the end of the run tells: on what each level ran."""
    return request.config.stash[USED]

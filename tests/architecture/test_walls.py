"""Every import contract can fail: an import that it forbids is added to a copy of the tree, and
the linter must report that contract, for that import.

A contract whose pattern matches nothing is kept for ever, and nobody notices.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
CONTRACTS: list[dict[str, Any]] = SETTINGS["contracts"]
NAMES = [contract["name"] for contract in CONTRACTS]

ORDER = "cli uses services, services use shared, shared knows neither"
APART = "services meet only on Kafka"
SERVICE = "a service has its layers, and a module with any other name fails"
LANES = "the lane log has its rooms: batch, store, Kafka and memory never meet"
ENGINE = "the criteria engine has its rooms"
AUTHORING = "authoring has its rooms"
PURE = "what decides does no input or output, reads no clock, draws nothing at random"
DATABASE = "only stores and the lanes touch a database"
KAFKA = "only the lanes and the Kafka tools touch Kafka"
HTTP = "the command line reaches stored cases through HTTP alone"
CYCLES = "no cycles"


class Violation(NamedTuple):
    """A line that a contract forbids in a file, and how the linter names the import."""

    contract: str
    path: str
    line: str
    arrow: str


VIOLATIONS = [
    Violation(
        ORDER,
        "shared/ids.py",
        "import services.intake.model",
        "shared.ids -> services.intake.model",
    ),
    Violation(
        ORDER,
        "services/intake/tables.py",
        "import cli.exits",
        "services.intake.tables -> cli.exits",
    ),
    Violation(
        APART,
        "services/letters/decide.py",
        "import services.criteria.model",
        "services.letters.decide -> services.criteria.model",
    ),
    Violation(
        SERVICE,
        "services/audit/store.py",
        "import services.audit.handlers",
        "services.audit.store -> services.audit.handlers",
    ),
    Violation(
        SERVICE,
        "services/letters/content/compose.py",
        "import services.letters.decide",
        "services.letters.content.compose -> services.letters.decide",
    ),
    Violation(
        LANES,
        "shared/lanes/batch/fold.py",
        "import shared.lanes.store.rows",
        "shared.lanes.batch.fold -> shared.lanes.store.rows",
    ),
    Violation(
        LANES,
        "shared/lanes/memory/broker.py",
        "import shared.lanes.kafka.records",
        "shared.lanes.memory.broker -> shared.lanes.kafka.records",
    ),
    Violation(
        LANES,
        "shared/lanes/state/record.py",
        "import shared.lanes.outcome",
        "shared.lanes.state.record -> shared.lanes.outcome",
    ),
    Violation(
        ENGINE,
        "services/criteria/engine/logic/values.py",
        "from .. import answer",
        "services.criteria.engine.logic.values -> services.criteria.engine.answer",
    ),
    Violation(
        AUTHORING,
        "services/criteria/authoring/golden/__init__.py",
        "from .. import proof",
        "services.criteria.authoring.golden -> services.criteria.authoring.proof",
    ),
    Violation(
        PURE,
        "services/intake/decide/versions.py",
        "import time",
        "services.intake.decide.versions -> time",
    ),
    Violation(
        PURE,
        "services/letters/content/compose.py",
        "def drawn():\n    import random",
        "services.letters.content.compose -> random",
    ),
    Violation(PURE, "shared/events/__init__.py", "import httpx", "shared.events -> httpx"),
    Violation(
        DATABASE,
        "services/letters/rendering.py",
        "import sqlalchemy",
        "services.letters.rendering -> sqlalchemy",
    ),
    Violation(
        KAFKA,
        "services/intake/handlers.py",
        "import confluent_kafka",
        "services.intake.handlers -> confluent_kafka",
    ),
    Violation(
        HTTP,
        "cli/services/case.py",
        "import services.intake.store",
        "cli.services.case -> services.intake.store",
    ),
    Violation(CYCLES, "shared/clock.py", "import shared.web.problems", ".clock -> .web"),
    Violation(CYCLES, "cli/screen/safe.py", "import cli.parked.commands", ".screen -> .parked"),
]


def folders(contract: dict[str, Any]) -> list[str]:
    """A contract's containers as folders: `services.*` is each service."""
    return [
        folder.relative_to(ROOT).as_posix()
        for container in contract["containers"]
        for folder in sorted(ROOT.glob(container.replace(".", "/")))
        if (folder / "__init__.py").exists()
    ]


CONTAINED = [contract for contract in CONTRACTS if "containers" in contract]
UNLISTED = [(contract["name"], folder) for contract in CONTAINED for folder in folders(contract)]
PATTERNS = sorted(
    {
        pattern
        for contract in CONTRACTS
        for field in ("source_modules", "forbidden_modules", "protected_modules", "ancestors")
        for pattern in contract.get(field, ())
    }
)


def copied(to: Path) -> Path:
    """A copy of what the linter reads."""
    for package in SETTINGS["root_packages"]:
        for source in (ROOT / package).rglob("*.py"):
            target = to / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", to / "pyproject.toml")
    return to


def linted(tree: Path) -> dict[str, str]:
    """What the linter reports of each contract that is broken in a tree."""
    run = subprocess.run(
        [LINTER, "--no-cache", "--no-logo"], cwd=tree, capture_output=True, text=True, check=False
    )
    summary, _, report = run.stdout.partition("Broken contracts\n")
    broken = [name for name in NAMES if f"{name} BROKEN\n" in summary]
    kept = [name for name in NAMES if f"{name} KEPT\n" in summary]
    assert len(broken) + len(kept) == len(NAMES), run.stdout + run.stderr
    assert run.returncode == bool(broken)
    return dict(zip(broken, sections(report, broken), strict=True))


def sections(report: str, names: list[str]) -> list[str]:
    """A report cut at its headings, which come in the order of the names, unwrapped."""
    parts = []
    for name in reversed(names):
        report, _, part = report.partition(f"\n{name}\n{'-' * len(name)}\n")
        parts.append(" ".join(part.split()))
    return parts[::-1]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter reports of a tree in which everything forbidden was done at once."""
    tree = copied(tmp_path_factory.mktemp("broken"))
    for violation in VIOLATIONS:
        with (tree / violation.path).open("a", encoding="utf-8") as module:
            module.write(f"\n{violation.line}\n")
    for _, folder in UNLISTED:
        (tree / folder / "unlisted.py").touch()
    return linted(tree)


def test_the_tree_as_it_is_keeps_every_contract(tmp_path: Path):
    assert linted(copied(tmp_path)) == {}


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda violation: violation.arrow)
def test_a_forbidden_import_breaks_its_contract(violation: Violation, report: dict[str, str]):
    assert violation.contract in report
    assert f"- {violation.arrow} (" in report[violation.contract]


def test_every_contract_has_an_import_that_breaks_it():
    assert {violation.contract for violation in VIOLATIONS} == set(NAMES)


@pytest.mark.parametrize(("contract", "folder"), UNLISTED, ids=str)
def test_a_module_that_the_layers_do_not_name_breaks_their_contract(
    contract: str, folder: str, report: dict[str, str]
):
    module = f"{folder.replace('/', '.')}.unlisted"

    assert f"- {module} " in report[contract]


def test_every_container_is_tried_with_a_module_that_its_layers_do_not_name():
    assert {name for name, _ in UNLISTED} == {contract["name"] for contract in CONTAINED}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_name_in_a_contract_is_a_module(pattern: str):
    """A name that matches nothing is no error to the linter, and forbids nothing."""
    path = pattern.replace(".", "/")

    found = [*ROOT.glob(f"{path}.py"), *ROOT.glob(f"{path}/__init__.py")]

    assert found or ("." not in pattern and find_spec(pattern))

"""What import contracts and linters cannot hold: sizes, and who may publish or build a broker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.observe.logs import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "cli", "tools")
LONGER = {
    Path("services/audit/verify.py"): 460,
    Path("shared/events/criteria.py"): 300,
    Path("cli/bench.py"): 270,
    Path("services/criteria/decide/requests.py"): 320,
    Path("services/criteria/engine/answer/judge.py"): 270,
    Path("services/criteria/engine/edition/edition.py"): 270,
}
"""The stand-alone verifier is one file on purpose: it is given away without the rest. The catalogue
has one file a producing service. The others wait for the noun that divides them.
"""
LONG_FUNCTIONS = frozenset(
    {
        (Path("services/audit/verify.py"), "verify"),
        (Path("services/audit/verify.py"), "read"),
        (Path("services/criteria/authoring/mutation/mutants.py"), "_guards"),
        (Path("services/criteria/authoring/mutation/mutation.py"), "run"),
        (Path("services/criteria/decide/requests.py"), "_answer"),
        (Path("services/criteria/engine/edition/edition.py"), "edition"),
        (Path("services/intake/decide/versions.py"), "amended"),
        (Path("shared/lanes/replay.py"), "_work"),
        (Path("cli/bench.py"), "crash"),
        (Path("cli/bench.py"), "sweep"),
        (Path("cli/embedded/demo.py"), "demo"),
        (Path("cli/policy/publishing.py"), "new"),
    }
)
"""Likewise: at a hundred columns they are longer than forty lines."""
FILE_LINES = 250
FUNCTION_LINES = 40
COLUMNS = 100
TWICE = frozenset({"Problem", "Lane", "Kept"})
"""Classes of the stand-alone verifier, which shares no code with the platform on purpose."""
ENTRIES = 16
LANES = Path("shared/lanes")
BROKERS = frozenset({"KafkaBroker", "Producer", "Consumer", "KafkaProducer", "KafkaConsumer"})
TOOLS = frozenset({Path("shared/kafka/lag.py"), Path("tools/catalogue/asyncapi.py")})
"""A tool that only looks, and a broker that only documents."""
BANNED = frozenset(
    {
        "manager",
        "helper",
        "helpers",
        "util",
        "utils",
        "common",
        "processor",
        "impl",
        "info",
        "smart",
    }
)


def sources() -> Iterator[Path]:
    """Our own modules, without the generated migrations."""
    for package in PACKAGES:
        yield from (
            path.relative_to(ROOT)
            for path in sorted((ROOT / package).rglob("*.py"))
            if "migrations" not in path.parts
        )


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    yield from (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines without its decorators and its docstring."""
    first = function.body[0]
    documented = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_file_stays_small(path: Path):
    length = len((ROOT / path).read_text(encoding="utf-8").splitlines())

    assert length <= LONGER.get(path, FILE_LINES), "over budget means a missing noun"


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_function_stays_small(path: Path):
    long = {
        f"{function.name}, line {function.lineno}": lines_of(function)
        for function in functions(path)
        if lines_of(function) > FUNCTION_LINES and (path, function.name) not in LONG_FUNCTIONS
    }

    assert long == {}


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """The names of what a module calls, with their lines."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else node.func.id
                if isinstance(node.func, ast.Name)
                else ""
            )
            yield name, node.lineno


@pytest.mark.parametrize(
    "path", [path for path in sources() if LANES not in path.parents and path not in TOOLS], ids=str
)
def test_only_the_lanes_build_brokers_and_publish(path: Path):
    built = [
        f"{name}, line {line}"
        for name, line in calls(path)
        if name in BROKERS or name in {"produce", "subscriber"}
    ]

    assert built == []


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_name_says_what_a_thing_is(path: Path):
    defined = [
        node.name
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    words = {word for name in (*defined, path.stem) for word in name.lower().split("_")}

    assert words & BANNED == set()


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in sources()}

    assert [
        str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()
    ] == []


def log_keys(path: Path) -> Iterator[tuple[str, int]]:
    """The keys that a module logs, with their lines."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "log"
        ):
            yield from ((word.arg or "**", node.lineno) for word in node.keywords)


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_key_that_is_logged_reaches_the_log(path: Path):
    assert [f"{key}, line {line}" for key, line in log_keys(path) if key not in ALLOWED] == []


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_line_has_at_most_a_hundred_columns(path: Path):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()

    assert [n for n, line in enumerate(lines, 1) if len(line) > COLUMNS] == []


def test_a_folder_shows_at_most_sixteen_entries():
    shown: dict[Path, int] = {}
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*")):
        if path.name in {"__init__.py", "__pycache__", "compiled"}:
            continue
        if not {"schemas", "migrations", "compiled", "__pycache__"} & set(path.parts):
            shown[path.parent] = shown.get(path.parent, 0) + 1

    assert {str(folder): n for folder, n in shown.items() if n > ENTRIES} == {}


def test_a_public_class_has_one_meaning():
    places: dict[str, set[str]] = {}
    for path in sources():
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, set()).add(str(path))

    assert {name for name, paths in places.items() if len(paths) > 1} == TWICE

"""What import contracts and linters cannot hold: sizes, and who may publish or build a broker."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.observe.logs import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "cli", "tools")
LONGER = {
    Path("services/audit/verify.py"): 600,
}
"""The stand-alone verifier is one file on purpose: it is given away without the rest."""
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
SAYS_NOTHING = {
    Path(): frozenset(
        {
            "casework",
            "culprit",
            "hint",
            "hinted",
            "hinting",
            "misc",
            "octets",
            "passport",
            "stuff",
            "tmp",
            "untold",
        }
    ),
    Path("cli"): frozenset({"said", "told"}),
    Path("services/audit"): frozenset({"said", "told"}),
    Path("services/intake"): frozenset({"said", "told"}),
    Path("services/letters"): frozenset({"said", "told"}),
    Path("shared"): frozenset({"said", "told"}),
    Path("tools"): frozenset({"said", "told"}),
    LANES: frozenset(
        {
            "bench",
            "effect",
            "effects",
            "found",
            "job",
            "made",
            "one",
            "own",
            "plain",
            "shown",
            "spot",
            "spots",
            "stand",
            "trouble",
        }
    ),
}
"""Words that no name below a folder has: a noun of the field stands there instead. In the lane log
a task is a task, and never an effect.
"""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


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
        if lines_of(function) > FUNCTION_LINES
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


def names(path: Path) -> Iterator[tuple[str, int]]:
    """All that a module names (itself, functions, classes, parameters, whatever is assigned), with
    the lines.
    """
    yield path.stem, 1
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case _:
                continue


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_word_that_says_nothing_is_in_no_name(path: Path):
    banned = frozenset[str]().union(
        *(words for folder, words in SAYS_NOTHING.items() if folder in path.parents)
    )

    assert [
        f"{name}, line {line}"
        for name, line in names(path)
        if {word.lower() for word in WORD.findall(name)} & banned
    ] == []


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

"""What import contracts and linters cannot hold: sizes, and who may publish or build a broker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "cli", "tools")
LONGER = {Path("services/audit/verify.py"): 460, Path("shared/events/criteria.py"): 300}
"""The stand-alone verifier is one file on purpose: it is given away without the rest.

The catalogue has one file a producing service.
"""
FILE_LINES = 250
FUNCTION_LINES = 40
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


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in sources()}

    assert [
        str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()
    ] == []

"""Two hundred policy files that somebody wrote in error or in anger."""

from __future__ import annotations

from collections.abc import Iterator

from services.criteria.engine.edition import edition
from services.criteria.engine.language import vocabulary
from tests.unit.criteria.given import HEAD, VOCABULARY

LEAF = "{fact: a, is: true}"
WORDS = vocabulary.load(VOCABULARY, "toy-vocabulary.yaml")


def load(text: str) -> None:
    """Loads a file as a policy; each of `FILES` raises `PolicyInvalid`."""
    edition.load(text, "hostile.yaml", {WORDS.name: WORDS}, {})


def deep(n: int) -> str:
    return "{all: [" * n + LEAF + "]}" * n


def wrong_nodes() -> Iterator[str]:
    """Criteria that the language does not know."""
    yield from (
        "",
        "[]",
        "{}",
        "null",
        "true",
        "3",
        "text",
        "{all: []}",
        "{any: []}",
        "{none: []}",
        "{at_least: 1, of: []}",
        "{all: {}}",
        "{all: text}",
    )
    yield from (f"{{at_least: {n}, of: [{LEAF}]}}" for n in (0, -1, 2, 10**9, 1.5, "x", "null"))
    yield from (
        f"{{fact: {name}, is: true}}"
        for name in (
            "nobody",
            "a.b.c",
            "''",
            "__class__",
            "a'",
            "site.bad",
            "fall",
            "3",
            "[a]",
            "{x: 1}",
        )
    )
    yield from (
        f"{{fact: a, {operator}: {value}}}"
        for operator, value in (
            ("at_least", 1),
            ("above", 1),
            ("between", "[1, 2]"),
            ("is", 7),
            ("is", "text"),
            ("one_of", "[]"),
        )
    )
    yield from (
        f"{{fact: n, {operator}}}"
        for operator in (
            "at_least: x",
            "between: [2, 1]",
            "between: [1]",
            "between: [1, 2, 3]",
            "at_least: .nan",
            "at_least: .inf",
            "is: x",
        )
    )
    yield from (
        f"{{fact: kind, {operator}}}"
        for operator in ("is: w", "one_of: [x, w]", "at_least: x", "is: [x]")
    )
    yield from (
        f"{{fact: grade, {operator}}}"
        for operator in (
            "at_least: 3",
            "is: 3",
            "worst: {}",
            "worst: {at_least: 1, below: 2}",
            "worst: {is: 3}",
            "worst: 3",
        )
    )
    yield from (f"{{fact: n, worst: {{below: 3}}, best: {{below: {n}}}}}" for n in range(3))
    yield from (
        "{fact: a}",
        "{is: true}",
        "{fact: a, is: true, at_least: 1}",
        "{fact: a, is: true, all: [{fact: b, is: true}]}",
        "{ref: nobody}",
        "{ref: ''}",
    )
    yield from (
        "{id: x, ref: x}",
        "{id: x, all: [{ref: x}]}",
        "{id: x, all: [{id: y, any: [{ref: x}]}]}",
        "{ref: a, fact: a, is: true}",
    )
    yield from (
        f"{{for_some: {name}, all: [{LEAF}]}}" for name in ("nowhere", "lesions", "''", "a")
    )
    yield from (
        f"{{{kind}: sites, all: [{{for_some: sites, all: [{LEAF}]}}]}}"
        for kind in ("for_some", "for_every")
    )
    yield from (
        "{for_some: sites}",
        "{for_some: sites, for_every: sites, all: [{fact: a, is: true}]}",
        "{where: {fact: a, is: true}, all: [{fact: a, is: true}]}",
    )
    yield from (
        f"{{fact: a, is: true, {key}: {value}}}"
        for key, value in (
            ("assume_absent", "maybe"),
            ("certainty", "sure"),
            ("scope", "all"),
            ("unless", "x"),
            ("code", "x"),
        )
    )
    yield from (
        "{fact: n, is: 1, assume_absent: true}",
        "{all: [{fact: a, is: true}], assume_absent: true}",
        "{fact: many, at_least: 1}",
        "{fact: day, is: true}",
    )
    yield from (f"{{fact: day, within_days: {n}}}" for n in ("-1", "x", "1.5", "null", "[1]"))
    yield from (
        f"{{fact: {one}, levels_below: {{of: {other}, min: 0, max: 1}}}}"
        for one, other in (("n", "n"), ("a", "b"), ("n", "nobody"))
    )
    yield from (deep(n) for n in (12, 13, 20, 30, 60, 200))
    yield from (f"{{all: [{', '.join([LEAF] * n)}]}}" for n in (2_000, 5_000))
    yield from (
        "{all: [{id: x, fact: a, is: true}, {id: x, fact: b, is: true}]}",
        f"{{id: {'x' * 65}, fact: a, is: true}}",
        f"{{label: {'x' * 401}, fact: a, is: true}}",
    )


def wrong_text() -> Iterator[str]:
    """Text that is no YAML of ours."""
    yield from (
        "{",
        "[",
        "{a: [}",
        "\t",
        "a: b: c",
        "'",
        '"',
        "%",
        "@x",
        "`x`",
        "\x00",
        "- a\nb",
        "? [a]\n: b",
        "&x a",
        "*x",
        "!x a",
        "!!python/object:os.system a",
    )
    yield from (
        "&x {all: [*x]}",
        "{all: [&x {fact: a, is: true}, *x]}",
        "!!binary aGk=",
        "!!set {a, b}",
        "<<: {fact: a}",
        "{<<: {fact: a}, is: true}",
        "{? [a] : b}",
    )
    yield from (
        "{fact: a, fact: b, is: true}",
        "{fact: a, is: true, is: false}",
        "{all: [{fact: a, is: true}], all: [{fact: b, is: true}]}",
        "{fact: n, at_least: 1e999}",
    )
    yield from (f"{{fact: a, is: true, label: {'é' * n}}}" for n in (500, 600_000))


def wrong_heads() -> Iterator[str]:
    """A head in which one line is wrong, or missing, or stands twice."""
    whole = f"{HEAD}criteria: {LEAF}\n"
    lines = [line for line in HEAD.splitlines() if line]
    yield from (whole.replace(f"{line}\n", "") for line in lines)
    yield from (f"{line}\n{whole}" for line in lines)
    yield from (
        whole.replace(f"{line}\n", f"{line.partition(':')[0]}: {value}\n")
        for line in lines
        for value in ("{x: [1, {}]}", "[[]]", "")
    )
    yield from (
        f"{whole}{more}\n"
        for more in (
            "surprise: 1",
            "decision: {otherwise: deny}",
            "decision: {approve_when: always}",
            "outcomes: {refuse: true}",
            "guards: 3",
        )
    )
    guard = "guards: [{{id: g, when: {leaf}, then: {then}, text: t{more}}}]"
    yield from (
        f"{whole}{guard.format(leaf=LEAF, then=then, more='')}\n"
        for then in ("deny", "refuse", "A3", "approve", "null", "[pend]")
    )
    yield from (
        f"{whole}{guard.format(leaf=leaf, then='pend', more='')}\n"
        for leaf in ("{}", "{ref: nobody}", "{fact: nobody, is: true}", "3")
    )
    yield from (
        f"{whole}{guard.format(leaf=LEAF, then='advise', more=more)}\n"
        for more in (", unknown: pend", ", name_by: item", ", call_within_minutes: 0", ", x: 1")
    )
    yield from (
        f"{whole}derived: {{{one}}}\n"
        for one in (
            "a: {age_at: receipt}",
            "fall: {}",
            "fall: {score_table: none}",
            "fall: {difference: {of: n}}",
            "nobody: {age_at: receipt}",
        )
    )
    yield from (
        f"{whole}{one}\n"
        for one in (
            "statements: [{when: nobody, text: t}]",
            "definitions: [{}]",
            "urgency: {expedited_if: {}}",
            "review: {when: {ref: nobody}}",
        )
    )


FILES = [
    *(f"{HEAD}criteria: {node}\n" for node in wrong_nodes()),
    *(f"{HEAD}criteria: {text}\n" for text in wrong_text()),
    *wrong_heads(),
    *(
        "",
        "null",
        "[]",
        "3",
        "text",
        "a" * 600_000,
        "{" * 5_000,
        "[" * 100_000,
        "\n" * 10_000,
        "x: " * 10_000,
        "- " * 20_000,
    ),
]

"""Requests that the schema allows, drawn from a seed: everything that a policy reads, and values
that nobody should send.
"""

from __future__ import annotations

import random
from typing import Any

from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.vocabulary import VocabularyEntry
from shared import examples
from shared.body.spine import LEVELS
from shared.events.request import LineOfBusiness

Json = dict[str, Any]
EDITIONS = packaged().editions
VOCABULARIES = packaged().vocabularies.values()
LISTS = sorted({name for vocabulary in VOCABULARIES for name in vocabulary.lists})
DAYS = ["0001-01-01", "0001-12-31", "1900-02-28", "2024-02-29", "2025-11-14", "2025-11-15"]
DAYS += ["2025-11-16", "2026-11-16", "2026-11-17", "9999-01-01", "9999-12-31"]
INSTANTS = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2025-11-15T11:59:59-12:00"]
INSTANTS += ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2025-11-15T12:00:00"]
NUMBERS: list[Any] = [0, 1, -1, 2, 5, 35, 86, 1e-300, -0.0, 0.1, 5e-324, 1.7976931348623157e308]
NUMBERS += [10**18, -(10**18), 2**63, 10**308, 10**400, -(10**400), 10**4000, 1 / 3]
WORDS = ["", " ", "T6", "t6", "\u202eT6", "אבג", "a\u0301\u0301", "\U0001f9b4", "\ufeff", "\x0b"]
WORDS += ["'", "\ud7ff\ue000", "İi̇", "ﷺ" * 18, "a" * 64, "%s{0}", "</b>", "L5/2", "2025-03-01/2"]
WORDS += [":", "::"]
SEGMENTS = [None, "T4-T8", "L4-S1", "C1-S5", "S5-C1", "L6", *WORDS[:12]]
BASES = [examples.reference_case, examples.bariatric_without_bmi, examples.without_t6_lesion]
LARGE = 0.03
"""Which part of the requests has hundreds of lines or of facts: they take the most time."""


def request(seed: int) -> Json:
    """The request of a seed, as a sender writes it."""
    return AnyRequest(random.Random(seed)).drawn()  # noqa: S311 - to be drawn again


class AnyRequest:
    """A request that is being drawn: for one policy, or for several."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        editions = EDITIONS if chance.random() < 0.5 else [chance.choice(EDITIONS)]
        self._rules = [one.spec.applies_to for one in editions]
        self._entries = [entry for one in editions for entry in one.vocabulary.entries.values()]

    def drawn(self) -> Json:
        """The whole request."""
        one, chance = self._one, self._chance
        base = one(BASES)()
        large = chance.random() < LARGE
        lines = [*(base["lines"] if chance.random() < 0.5 else ()), *self._lines(large)][:200]
        facts = [*(base["facts"] if chance.random() < 0.5 else ()), *self._facts(large)][:1_000]
        made = base | {
            "member": self._without(
                {
                    "id": one(WORDS[2:]),
                    "name": one(WORDS),
                    "birth_date": one(DAYS),
                    "line_of_business": one(
                        [business.value for business in LineOfBusiness.known()]
                    ),
                    "state": one(["OH", "TX", "ZZ"]),
                },
                keep={"id"},
            ),
            "urgency": one(["standard", "expedited", "emergency"]),
            "lines": lines,
            "facts": facts,
            "lists": [*(base.get("lists", ()) if chance.random() < 0.5 else ()), *self._lists()],
            "language": one(["en", "es", "xx"]),
        }
        made["lines"][0]["cancelled"] = False
        return made

    def _lists(self) -> list[Json]:
        return [
            {"name": self._one([*LISTS, *WORDS[2:]]), "closed": self._chance.random() < 0.7}
            for _ in range(self._chance.choice([0, 0, 1, 6]))
        ]

    def _one(self, values: list[Any]) -> Any:
        return self._chance.choice(values)

    def _lines(self, large: bool) -> list[Json]:
        """Lines, in the order of their drawing; the first two sequences are the examples' own."""
        count = self._chance.randint(100, 200) if large else self._one([1, 1, 2, 6])
        return [
            self._line(sequence)
            for sequence in self._chance.sample([*range(3, 300), 99_999, 100_000], count)
        ]

    def _facts(self, large: bool) -> list[Json]:
        count = self._chance.randint(500, 1_000) if large else self._one([0, 1, 5, 20])
        return [self._fact() for _ in range(count)]

    def _without(self, values: Json, keep: set[str]) -> Json:
        """The values, some of them left out."""
        return {
            name: value
            for name, value in values.items()
            if name in keep or self._chance.random() < 0.7
        }

    def _line(self, sequence: int) -> Json:
        one, chance = self._one, self._chance
        rule = one(self._rules)
        diagnoses = [each.replace("*", "1") for each in rule.any_diagnosis] or ["M54.5"]
        if chance.random() < 0.2:
            diagnoses += [each.replace("*", "9") for each in rule.not_diagnosis]
        return self._without(
            {
                "sequence": sequence,
                "segment": one(SEGMENTS),
                "services": [one([*rule.services, *WORDS[2:]]) for _ in range(chance.randint(0, 3))]
                + [one(list(rule.services))],
                "codes": [
                    {"system": one(["cpt", "hcpcs", "X"]), "code": one(["63276", *WORDS[2:]])}
                    | ({"units": one([1, 10_000])} if chance.random() < 0.5 else {})
                    for _ in range(chance.randint(0, 4))
                ],
                "diagnoses": chance.choices([*diagnoses, one(WORDS[2:])], k=chance.randint(0, 4)),
                "service_date": one(DAYS),
                "start_of_care": one(DAYS),
                "site": one(["office", *WORDS]),
                "cancelled": chance.random() < 0.1,
            },
            keep={"sequence", "services"},
        )

    def _fact(self) -> Json:
        one, chance = self._one, self._chance
        entry = one(self._entries)
        kind = entry.spec.of
        item = one(["T6", "T7", "L5", "L6", "L5/2", "2025-03-01", "2025-11-14/2", *WORDS])
        subject = "member" if kind == "member" else f"{kind}:{item}"[:64]
        if chance.random() < 0.05:
            subject = one(["member", "nobody:1", *WORDS[2:]])
        return self._without(
            {
                "path": entry.path if chance.random() < 0.97 else one(WORDS[2:]),
                "subject": subject,
                "value": self._value(entry),
                "unit": one([*(entry.scale.spelt if entry.scale else ()), "stone", ""]),
                "certainty": one(["confirmed", "confirmed", "probable", "possible"]),
                "scope": one(["own", "own", "group"]),
                "observed_at": one([*DAYS, *INSTANTS]),
                "source": {"document": one(["note", *WORDS[2:]]), "page": one([1, 10**30])},
            },
            keep={"path", "subject", "value"},
        )

    def _value(self, entry: VocabularyEntry) -> Any:
        """A value of the fact's type, or with a little chance of any."""
        one, chance = self._one, self._chance
        fitting: list[Any] = {
            "boolean": [True, False],
            "number": NUMBERS,
            "level": [*LEVELS, *WORDS],
            "date": [*DAYS, *INSTANTS],
            "text": WORDS,
        }.get(entry.spec.type, list(entry.spec.allowed)) or WORDS
        if chance.random() < 0.1:
            fitting = [*NUMBERS, *WORDS, *DAYS, *LEVELS, True, False]
        match chance.randint(0, 9):
            case 0:
                ends = {"low": one([None, *NUMBERS]), "high": one([None, *NUMBERS])}
                return ends | {"low_open": chance.random() < 0.3, "high_open": one([True, False])}
            case 1:
                return {"any_of": chance.choices(fitting, k=chance.randint(1, 5))}
            case 2 if entry.spec.type == "set" or chance.random() < 0.2:
                return chance.choices(fitting, k=chance.randint(0, 4))
            case _:
                return one(fitting)

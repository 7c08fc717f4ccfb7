"""The sentences of a language, complete or refused, and the plan in whose name letters are
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Malformed
from shared.events.criteria import Determination
from shared.events.request import LineOfBusiness, Urgency
from shared.json_text import dotted

REFERENCE = "en"
CLOSED = {"decisions": Determination, "urgencies": Urgency}
MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """A language's messages by dotted key (`labels.to`).

    `status` is `in_use` or `in_review` (a translator must still approve it).
    """

    language: str
    status: str
    months: tuple[str, ...]
    messages: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """The message of a key that is known to exist."""
        return self.messages[key]


class Plan(BaseModel):
    """The payer as its letters name it.

    `appeal_days`: calendar days from the date of the notice, for every line of business.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    address: tuple[str, ...] = Field(min_length=1)
    phone: str
    tty: str
    fax: str
    provider_phone: str
    hours: dict[str, str]
    provider_language: str
    appeal_days: dict[LineOfBusiness, int]


def read_plan(content: Any, languages: frozenset[str]) -> Plan:
    """The plan in parsed YAML; raises `Malformed` when something that a letter in one of the
    languages needs is missing.
    """
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        where = ", ".join(dotted(found["loc"]) for found in error.errors())
        raise Malformed(f"The plan's description is not complete: {where}.", code="plan") from None
    missing = [
        *(languages - set(plan.hours)),
        *(set(LineOfBusiness) - set(plan.appeal_days)),
        *({plan.provider_language} - languages),
    ]
    if missing:
        raise Malformed(f"The plan's description lacks {', '.join(sorted(missing))}.", code="plan")
    return plan


def read_catalogues(contents: Mapping[str, Any]) -> dict[str, Catalogue]:
    """The catalogues in parsed YAML, by language; raises `Malformed` when one lacks a message, a
    placeholder or a code of the reference (English).
    """
    catalogues = {language: _catalogue(language, content) for language, content in contents.items()}
    reference = catalogues[REFERENCE].messages
    for kind, codes in CLOSED.items():
        _same(
            {f"{kind}.{code}" for code in codes},
            {key for key in reference if key.startswith(f"{kind}.")},
            REFERENCE,
        )
    for language, catalogue in catalogues.items():
        _same(set(reference), set(catalogue.messages), language)
        for key, message in catalogue.messages.items():
            _same(_places(reference[key]), _places(message), f"{language} {key}")
    return catalogues


def _catalogue(language: str, content: Any) -> Catalogue:
    """One language's messages, flattened."""
    messages = dict(
        _flat(
            "", {key: value for key, value in content.items() if key not in {"language", "status"}}
        )
    )
    months = tuple(messages.pop(f"calendar.months.{month}", "") for month in range(MONTHS))
    empty = [key for key, message in messages.items() if not message.strip()]
    if (
        content.get("language") != language
        or content.get("status") not in {"in_use", "in_review"}
        or not all(months)
        or empty
    ):
        raise Malformed(
            (
                f"The message catalogue {language} is not usable: "
                f"{', '.join(empty) or 'language, status or months'}."
            ),
            code="catalogue",
        )
    return Catalogue(language, content["status"], months, messages)


def _flat(prefix: str, content: Any) -> Iterator[tuple[str, str]]:
    """Every message with its dotted key."""
    if isinstance(content, str):
        yield prefix, content
    else:
        for key, value in (
            content.items() if isinstance(content, dict) else enumerate(content or ())
        ):
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), value)


def _places(message: str) -> set[str]:
    """The names that a message has filled in."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def _same(expected: set[str], found: set[str], where: str) -> None:
    """Refuses a catalogue whose keys or placeholders differ from the reference."""
    if expected != found:
        raise Malformed(
            f"The message catalogue {where} lacks or adds {', '.join(sorted(expected ^ found))}.",
            code="catalogue",
        )

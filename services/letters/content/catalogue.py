"""The sentences of a language, complete or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from shared.errors import Malformed
from shared.events.criteria import Determination
from shared.events.request import Urgency

REFERENCE = "en"
IN_USE, IN_REVIEW = "in_use", "in_review"
CLOSED = {"decisions": Determination.known(), "urgencies": tuple(Urgency)}
MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """A language's messages by dotted key (`labels.to`).

    `status` is `in_use`, or `in_review`: a translator must still approve it, and no letter is sent
    in it.
    """

    language: str
    status: str
    months: tuple[str, ...]
    messages: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """The message of a key that is known to exist."""
        return self.messages[key]


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
            _same(places(reference[key]), places(message), f"{language} {key}")
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
        or content.get("status") not in {IN_USE, IN_REVIEW}
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


def places(message: str) -> set[str]:
    """The names that a message has filled in."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def _same(expected: set[str], found: set[str], where: str) -> None:
    """Refuses a catalogue whose keys or placeholders differ from the reference."""
    if expected != found:
        raise Malformed(
            f"The message catalogue {where} lacks or adds {', '.join(sorted(expected ^ found))}.",
            code="catalogue",
        )

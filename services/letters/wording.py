"""The shape of what a letter says."""

from __future__ import annotations

from typing import Literal, TypedDict


class Block(TypedDict, total=False):
    """A piece of a section. `lang` marks text that is not in the letter's language.

    `text` and `quote` (somebody's own words) have `text`; `items` and `numbered` have `items`;
    `terms` has `rows` of two; `table` has `header` and `rows` as wide as it.
    """

    kind: Literal["text", "quote", "items", "numbered", "terms", "table"]
    lang: str
    text: str
    items: list[str]
    header: list[str]
    rows: list[list[str]]


class Section(TypedDict):
    """A heading (level 1 below the title, or 2) and what stands under it."""

    heading: str
    level: int
    blocks: list[Block]


class Wording(TypedDict):
    """Everything that a letter says, in the order in which it says it; renderers add nothing.

    `date` is ISO 8601.
    """

    letter_id: str
    notice_id: str
    case_id: str
    kind: str
    audience: str
    language: str
    template: str
    title: str
    date: str
    sender: list[str]
    to: list[str]
    labels: dict[str, str]
    about: list[list[str]]
    opening: list[str]
    sections: list[Section]
    closing: list[str]

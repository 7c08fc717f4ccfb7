"""What a letter is about: a determination seen with its request, and the words for its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.letters.content.catalogue import Catalogue
from services.letters.content.text import visible
from services.letters.model import (
    ADVERSE,
    Block,
    ClinicianDecision,
    NoticeContent,
    RequestView,
    Section,
)
from shared.events.criteria import CaseDetermined, Determination, LineSummary
from shared.events.evaluation import PolicyRef

SPINE = re.compile(r"([CTLS]\d{1,2})-([CTLS]\d{1,2})")


@dataclass(frozen=True, slots=True)
class Notice:
    """A matter with its lines and grounds at hand."""

    matter: NoticeContent

    @property
    def determined(self) -> CaseDetermined:
        """What was determined."""
        return self.matter.determined

    @property
    def request(self) -> RequestView:
        """The request it was determined on."""
        return self.matter.request

    @property
    def grounds(self) -> dict[int, ClinicianDecision]:
        """Clinicians' decisions by line."""
        return {ground.sequence: ground for ground in self.matter.grounds}

    def lines(self, *determinations: Determination) -> list[LineSummary]:
        """The lines that were determined so."""
        return [line for line in self.determined.lines if line.determination in determinations]

    def refused(self) -> list[tuple[LineSummary, ClinicianDecision]]:
        """The lines that a clinician refused or changed, with that clinician's ground."""
        return [
            (line, self.grounds[line.sequence])
            for line in self.determined.lines
            if line.determination in ADVERSE
        ]


def service(language: Catalogue, line: LineSummary) -> str:
    """What a line asks for, in words and never as a code alone."""
    words = [language.messages.get(f"services.{name}") for name in line.services]
    named = [word for word in words if word is not None]
    whole = (
        ", ".join(named)
        if named and len(named) == len(words)
        else language["phrases.service_unknown"].format(sequence=line.sequence)
    )
    return (
        language["phrases.service_at"].format(
            service=whole, segment=_segment(language, line.segment)
        )
        if line.segment
        else whole
    )


def _segment(language: Catalogue, segment: str) -> str:
    """A part of the body; levels of the spine are said as such."""
    levels = SPINE.fullmatch(segment)
    if levels is None:
        return language["phrases.segment"].format(segment=visible(segment))
    return language["phrases.spine"].format(upper=levels[1], lower=levels[2])


def policy_name(policy: PolicyRef) -> str:
    """A policy's title, or its id when it has none."""
    return visible(policy.title or policy.policy)


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def text(sentence: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": sentence}


def items(sentences: list[str], *, lang: str = "", numbered: bool = False) -> Block:
    """A list; `lang` when its text is not in the letter's language."""
    block: Block = {"kind": "numbered" if numbered else "items", "items": sentences}
    return {**block, "lang": lang} if lang else block


def section(heading: str, *blocks: Block, level: int = 1) -> Section:
    """A heading and its blocks."""
    return {"heading": heading, "level": level, "blocks": list(blocks)}

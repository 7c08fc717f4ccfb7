"""What a letter is about: a determination seen with its request, and the words for its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.letters.content.catalogue import Catalogue
from services.letters.content.mixture import (
    ADVERSE,
    OUTCOMES,
    LineOutcome,
    Mixture,
    opening,
    title,
)
from services.letters.content.text import visible
from services.letters.model import (
    ClinicianDecision,
    LetterLine,
    NoticeContent,
    Noticed,
    RequestView,
)
from services.letters.wording import Block, Section
from shared.events.criteria import CaseDetermined, LineSummary
from shared.events.evaluation import PolicyRef
from shared.events.letters import Audience

RECORD_LANGUAGE = "en"
SPINE = re.compile(r"([CTLS]\d{1,2})-([CTLS]\d{1,2})")


@dataclass(frozen=True, slots=True)
class Notice:
    """A matter as one audience is told of it, with its lines and grounds at hand."""

    matter: NoticeContent
    audience: Audience

    @property
    def determined(self) -> CaseDetermined:
        """What was determined."""
        return self.matter.determined

    @property
    def request(self) -> RequestView:
        """The request it was determined on."""
        return self.matter.request

    @property
    def mixture(self) -> Mixture:
        """What became of the lines."""
        return frozenset([self.outcome(line) for line in self.determined.lines])

    def outcome(self, line: LineSummary) -> LineOutcome:
        """What became of a line; one that letters have no words for is `OTHER`."""
        if line.sequence in self.matter.by_law:
            return LineOutcome.BY_LAW
        return OUTCOMES.get(line.determination, LineOutcome.OTHER)

    def ground(self, line: LineSummary) -> ClinicianDecision | None:
        """The clinician's decision that determined the line, if one did."""
        return next(
            (
                one
                for one in self.matter.grounds
                if (one.sequence, one.determination) == (line.sequence, line.determination)
            ),
            None,
        )

    def asked(self, line: LineSummary) -> LetterLine | None:
        """The line as it was requested."""
        return next((one for one in self.request.lines if one.sequence == line.sequence), None)

    def lines(self, *outcomes: LineOutcome) -> list[LineSummary]:
        """The lines with one of the outcomes."""
        return [line for line in self.determined.lines if self.outcome(line) in outcomes]

    def refused(self) -> list[tuple[LineSummary, ClinicianDecision]]:
        """The lines of which the audience is told for the first time that a clinician refused or
        changed them, with that clinician's ground.
        """
        before = self._before()
        found = [(line, self.ground(line)) for line in self.lines(*ADVERSE)]
        return [(line, ground) for line, ground in found if ground and line.sequence not in before]

    def noticed_before(self) -> list[tuple[LineSummary, Noticed]]:
        """The refused and changed lines of which an earlier letter told the audience."""
        before = self._before()
        return [
            (line, before[line.sequence])
            for line in self.lines(*ADVERSE)
            if line.sequence in before
        ]

    def _before(self) -> dict[int, Noticed]:
        return {one.sequence: one for one in self.matter.noticed if one.audience is self.audience}


def lead(notice: Notice, language: Catalogue) -> str:
    """What the letter is about and what became of it, in sentences that are true of all lines."""
    names = opening(
        notice.mixture, fresh=bool(notice.refused()), earlier=bool(notice.noticed_before())
    )
    return " ".join(language[f"{notice.audience.value}.opening.{name}"] for name in names)


def heading(notice: Notice, language: Catalogue) -> str:
    """The title of the letter."""
    return language[f"{notice.audience.value}.title.{title(notice.mixture)}"]


def decision(notice: Notice, line: LineSummary, language: Catalogue) -> str:
    """What was decided of a line in a few words, or what the law makes of it."""
    if notice.outcome(line) is LineOutcome.BY_LAW:
        return language["provider.decided_by_law"]
    return language[f"decisions.{line.determination.value}"]


def criterion(language: Catalogue, code: str) -> str:
    """What a criterion is about, in words; one without words by its name, which is no code."""
    words = language.messages.get(f"criteria.{code}") or language.messages.get(
        f"criteria.{code.partition('.')[0]}"
    )
    name = re.sub(r"[._-]+", " ", visible(code)).strip()
    return words or language["phrases.criterion"].format(name=name)


def service(language: Catalogue, line: LineSummary | LetterLine) -> str:
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


def quote(words: str, language: Catalogue) -> Block:
    """Somebody's own words from the record, marked where the letter is in another language."""
    block: Block = {"kind": "quote", "text": language["phrases.quoted"].format(span=visible(words))}
    return block if language.language == RECORD_LANGUAGE else {**block, "lang": RECORD_LANGUAGE}


def items(sentences: list[str], *, lang: str = "", numbered: bool = False) -> Block:
    """A list; `lang` when its text is not in the letter's language."""
    block: Block = {"kind": "numbered" if numbered else "items", "items": sentences}
    return {**block, "lang": lang} if lang else block


def section(heading: str, *blocks: Block, level: int = 1) -> Section:
    """A heading and its blocks."""
    return {"heading": heading, "level": level, "blocks": list(blocks)}

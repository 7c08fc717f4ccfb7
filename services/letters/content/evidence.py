"""What a decision rests on, for the provider: statements with numbered sources, advisories, and the
questions that are open.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.letters.content.asking import questions_of, sentence
from services.letters.content.catalogue import Catalogue
from services.letters.content.mixture import LineOutcome
from services.letters.content.notice import RECORD_LANGUAGE, Notice, items, section, text
from services.letters.content.plan import Plan
from services.letters.content.text import deadline, visible
from services.letters.wording import Block, Section
from shared.events.evaluation import Doubt, Figure, Statement
from shared.events.letters import Audience
from shared.events.request import Source


def evidence(notice: Notice, language: Catalogue) -> list[Section]:
    """The statements, each with the numbers of its sources, what was computed for it and what is to
    be doubted; and the sources. A statement that nothing bears out is left out.
    """
    numbers: dict[tuple[str, int | None, str | None], int] = {}
    entries = [
        _entry(statement, numbers, language)
        for statement in notice.determined.statements
        if statement.sources or statement.figures
    ]
    if not entries:
        return []
    sources = [
        _source(Source(document=document, page=page, span=span), notice, language)
        for document, page, span in numbers
    ]
    statements = section(
        language["provider.statements_heading"],
        *_foreign(language),
        items(entries, lang=_record(language)),
        *_doubts(notice.determined.statements, language),
    )
    if not sources:
        return [statements]
    return [
        statements,
        section(language["provider.sources_heading"], items(sources, numbered=True)),
    ]


def _entry(
    statement: Statement,
    numbers: dict[tuple[str, int | None, str | None], int],
    language: Catalogue,
) -> str:
    """A statement with the numbers of its sources, which `numbers` keeps, and its figures."""
    marks = dict.fromkeys(
        numbers.setdefault((one.document, one.page, one.span), len(numbers) + 1)
        for one in statement.sources
    )
    where = _lines(statement.lines, language)
    figures = "; ".join(f"{visible(one.label)}: {_figure(one)}" for one in statement.figures)
    computed = f" ({language['phrases.computed'].format(figures=figures)})" if figures else ""
    cited = "".join(f" [{mark}]" for mark in marks)
    return f"{visible(statement.text)}{where}{computed}{cited}"


def _figure(one: Figure) -> str:
    low, high = f"{one.low:g}", f"{one.high:g}"
    return (low if low == high else f"{low}-{high}") + (f" {visible(one.unit)}" if one.unit else "")


def _doubts(statements: Iterable[Statement], language: Catalogue) -> list[Block]:
    """What a reader should know of the facts under these statements, each once."""
    found = {doubt for statement in statements for doubt in statement.doubts}
    return [
        text(language[f"provider.doubts.{doubt.value}"])
        for doubt in Doubt.known()
        if doubt in found
    ]


def advisories(notice: Notice, language: Catalogue) -> list[Section]:
    """What the treating clinicians should know; nothing here holds the request."""
    found = notice.determined.advisories
    if not found:
        return []
    entries = [
        visible(one.text)
        + _lines(one.lines, language)
        + (f" {language['phrases.call']}" if one.call_within_minutes is not None else "")
        for one in found
    ]
    return [
        section(
            language["provider.advisories_heading"],
            text(language["provider.advisories_opening"]),
            items(entries, lang=_record(language)),
        )
    ]


def questions(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """What to send to settle the lines that pend, how, and by when the determination is due."""
    if not notice.lines(LineOutcome.OPEN, LineOutcome.BY_LAW):
        return []
    asked = [
        sentence(one, language) + _lines(one.lines, language)
        for one in questions_of(notice, Audience.PROVIDER)
    ]
    member = [text(language["provider.questions_member"])] if _asked_member(notice) else []
    due = [
        *member,
        *_likeness(notice, language),
        *_by_law(notice, language),
        *_due(notice, language, plan),
    ]
    if not asked:
        return [
            section(
                language["provider.questions_heading"],
                text(language["provider.questions_none"]),
                *due,
            )
        ]
    sent = text(language["help.sent"].format(fax=plan.fax))
    lead = text(language["provider.questions_opening"])
    return [
        section(
            language["provider.questions_heading"],
            lead,
            items(asked, lang=_record(language), numbered=True),
            *_other_ways(notice, language),
            sent,
            *due,
        )
    ]


def _other_ways(notice: Notice, language: Catalogue) -> list[Block]:
    """What would settle a line as well, instead of which of the numbered questions."""
    asked = questions_of(notice, Audience.PROVIDER)
    numbers = {one.id: str(number) for number, one in enumerate(asked, 1)}
    ways = [
        language["phrases.instead"].format(
            numbers=", ".join(numbers[one] for one in way.instead_of if one in numbers),
            questions=" ".join(visible(one.text) for one in way.questions),
        )
        + _lines((way.line,), language)
        for way in notice.determined.other_ways
        if numbers.keys() >= set(way.instead_of)
    ]
    if not ways:
        return []
    return [text(language["provider.questions_instead"]), items(ways, lang=_record(language))]


def _asked_member(notice: Notice) -> bool:
    """Whether the member is asked for something too."""
    return bool(questions_of(notice, Audience.MEMBER))


def _likeness(notice: Notice, language: Catalogue) -> list[Block]:
    """That the request may be an appeal, where the same was refused before."""
    return [text(language["provider.questions_like"])] if notice.request.may_be_appeal else []


def _by_law(notice: Notice, language: Catalogue) -> list[Block]:
    """That a question takes nothing back, where the law has approved a line."""
    lines = notice.lines(LineOutcome.BY_LAW)
    return [text(language["provider.by_law"])] if lines else []


def _due(notice: Notice, language: Catalogue, plan: Plan) -> list[Block]:
    """By when the determination of what is open is due, where a clock runs."""
    if notice.matter.due_at is None or not notice.lines(LineOutcome.OPEN):
        return []
    at = deadline(language, plan, notice.matter.due_at)
    return [text(language["provider.due"].format(instant=at))]


def _source(source: Source, notice: Notice, language: Catalogue) -> str:
    """Where in the chart: document, page, and the words there."""
    title = visible(notice.request.documents.get(source.document, source.document))
    key = "phrases.source" if source.page is None else "phrases.source_page"
    where = language[key].format(document=title, page=source.page)
    return (
        f"{where}: {language['phrases.quoted'].format(span=visible(source.span))}"
        if source.span
        else where
    )


def _lines(lines: tuple[int, ...], language: Catalogue) -> str:
    """Which lines something is about, in brackets."""
    return (
        f" ({language['phrases.lines'].format(lines=', '.join(map(str, lines)))})" if lines else ""
    )


def _record(language: Catalogue) -> str:
    """The language of clinical text, when it is not the letter's."""
    return "" if language.language == RECORD_LANGUAGE else RECORD_LANGUAGE


def _foreign(language: Catalogue) -> list[Block]:
    """Says that clinical text stands in the language of the record."""
    return [text(language["provider.records_language"])] if _record(language) else []

"""What a clinician's change granted beside what was asked: units, place, dates, provider."""

from __future__ import annotations

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice
from services.letters.content.text import day, visible
from services.letters.model import LetterLine
from services.letters.wording import Block
from shared.events.criteria import Authorization, Determination, LineSummary


def changes(line: LineSummary, notice: Notice, language: Catalogue) -> list[Block]:
    """A table of what was asked for and what was granted, for a line that was changed."""
    if line.determination is not Determination.MODIFIED or line.authorization is None:
        return []
    asked, grant = notice.asked(line) or LetterLine(sequence=line.sequence), line.authorization
    header = [language[f"labels.{name}"] for name in ("item", "asked", "granted")]
    performer = grant.performer.name or grant.performer.npi
    rows = [
        _row("units", _units(asked), str(grant.units), language),
        _row("site", site(language, asked.site), site(language, grant.site), language),
        _row(
            "dates",
            day(language, asked.service_date) if asked.service_date else "",
            period(language, grant),
            language,
        ),
        _row(
            "performer",
            visible(notice.request.performer or ""),
            visible(performer or ""),
            language,
        ),
    ]
    return [{"kind": "table", "header": header, "rows": [row for row in rows if row]}]


def _row(label: str, asked: str, granted: str, language: Catalogue) -> list[str]:
    """A row of the table; none where neither side says anything."""
    unnamed = language["labels.unnamed"]
    name = language[f"labels.{label}"]
    return [name, asked or unnamed, granted or unnamed] if asked or granted else []


def _units(asked: LetterLine) -> str:
    """The units of each code, never their sum."""
    return " + ".join(str(code.units) for code in asked.codes)


def period(language: Catalogue, grant: Authorization) -> str:
    """The days on which an authorization is valid."""
    return language["phrases.period"].format(
        start=day(language, grant.valid_from), end=day(language, grant.valid_to)
    )


def site(language: Catalogue, name: str | None) -> str:
    """A place of service in words; one without words as it was sent."""
    if not name:
        return ""
    return language.messages.get(f"sites.{name}", visible(name).replace("_", " "))

"""Where to ask, and how to get help in another language."""

from __future__ import annotations

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice, section, text
from services.letters.content.plan import Plan
from services.letters.model import Block, Section


def language_help(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """For a member whose language the letter is not in: how to get help in that language, or in
    each of those that the plan has a sentence for.
    """
    wanted = notice.request.language
    if wanted == language.language:
        return []
    own = {wanted: plan.taglines[wanted]} if wanted in plan.taglines else plan.taglines
    return [section(language["help.language_heading"], *[_said(plan, *one) for one in own.items()])]


def _said(plan: Plan, name: str, sentence: str) -> Block:
    """A tagline, marked with its language."""
    return {
        "kind": "text",
        "lang": name,
        "text": sentence.format(phone=plan.phone, tty=plan.tty),
    }


def member_help(language: Catalogue, plan: Plan) -> Section:
    """Whom a member can call, and that letters come in other forms."""
    call = language["help.call"].format(
        plan=plan.name, phone=plan.phone, tty=plan.tty, hours=plan.hours[language.language]
    )
    return section(language["help.heading"], text(call), text(language["help.language"]))

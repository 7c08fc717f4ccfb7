"""Where to ask, and how to get help in another language."""

from __future__ import annotations

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import section, text
from services.letters.content.plan import Plan
from services.letters.model import RequestView
from services.letters.wording import Block, Section


def own_language(request: RequestView, language: Catalogue, plan: Plan) -> list[Section]:
    """For a member whose language the letter is not in: how to get help in that language, where the
    plan has a sentence for it.
    """
    wanted = request.language
    if wanted == language.language or wanted not in plan.taglines:
        return []
    return [_help({wanted: plan.taglines[wanted]}, language, plan)]


def every_language(request: RequestView, language: Catalogue, plan: Plan) -> list[Section]:
    """For a member whose language neither the letter is in nor the plan has a sentence for: the
    sentences of all others.
    """
    if request.language in {language.language, *plan.taglines}:
        return []
    return [_help(plan.taglines, language, plan)]


def _help(taglines: dict[str, str], language: Catalogue, plan: Plan) -> Section:
    blocks = [_tagline(plan, name, sentence) for name, sentence in taglines.items()]
    return section(language["help.language_heading"], *blocks)


def _tagline(plan: Plan, name: str, sentence: str) -> Block:
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

"""What the provider reads: lines with codes, authorizations, policy, what the decision rests on,
and what to send.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.letters.content.appeal import appeal, noticed_before
from services.letters.content.catalogue import Catalogue
from services.letters.content.changes import changes, period, site
from services.letters.content.evidence import advisories, evidence, questions
from services.letters.content.mixture import ADVERSE
from services.letters.content.notice import (
    Notice,
    capital,
    criterion,
    decision,
    lead,
    policy_name,
    quote,
    section,
    service,
    text,
)
from services.letters.content.plan import Plan
from services.letters.content.text import day, visible
from services.letters.model import LetterLine, RequestView
from services.letters.wording import Block, Section
from shared.events.criteria import Authorization, LineSummary
from shared.events.request import ServiceCode

SYSTEMS = {
    "cpt": "CPT",
    "hcpcs": "HCPCS",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
    "http://codesystem.x12.org/005010/1365": "X12 1365",
}


def opening(notice: Notice, language: Catalogue) -> list[str]:
    """The greeting and the decision."""
    return [greeting(notice.request, language), lead(notice, language)]


def greeting(request: RequestView, language: Catalogue) -> str:
    """The requesting provider, by name where it is known."""
    name = request.requester
    if not name:
        return language["provider.greeting_unnamed"]
    return language["provider.greeting"].format(name=visible(name))


def sections(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """The sections of the provider's letter."""
    contact = language["help.clinician"].format(provider_phone=plan.provider_phone)
    return [
        section(language["provider.summary_heading"], _summary(notice, language)),
        *questions(notice, language, plan),
        section(language["provider.lines_heading"]),
        *[_line(line, notice, language) for line in notice.determined.lines],
        *evidence(notice, language),
        *advisories(notice, language),
        *noticed_before(notice, language, plan),
        *appeal(notice, language, plan),
        section(language["provider.contact_heading"], text(contact)),
    ]


def _summary(notice: Notice, language: Catalogue) -> Block:
    """All lines at a glance."""
    header = [
        language["labels.line"],
        language["labels.service"],
        language["labels.decision"],
        language["labels.authorization"],
    ]
    rows = [
        [
            str(line.sequence),
            capital(service(language, line)),
            decision(notice, line, language),
            visible(line.authorization.number) if line.authorization else "-",
        ]
        for line in notice.determined.lines
    ]
    return {"kind": "table", "header": header, "rows": rows}


def _line(line: LineSummary, notice: Notice, language: Catalogue) -> Section:
    """Everything about one line."""
    view = notice.asked(line)
    rows = [
        [language["labels.codes"], _codes(line, view, language)],
        [
            language["labels.decision"],
            f"{decision(notice, line, language)} ({line.determination.value}, X12 306)",
        ],
        [language["labels.reason"], _reason(line, notice, language)],
    ]
    if line.authorization is not None:
        rows += _granted(line.authorization, view, language)
    rows += [[language["labels.former"], former_words(grant, language)] for grant in line.former]
    if line.policy is not None:
        name = policy_name(line.policy)
        rows.append(
            [
                language["labels.policy"],
                language["phrases.edition"].format(
                    title=name,
                    version=visible(line.policy.version),
                    policy=visible(line.policy.policy),
                ),
            ]
        )
        rows += (
            [[language["labels.policy_text"], visible(line.policy.url)]] if line.policy.url else []
        )
    heading = language["phrases.line_of"].format(
        sequence=line.sequence, service=service(language, line)
    )
    return section(
        heading, {"kind": "terms", "rows": rows}, *_ground(line, notice, language), level=2
    )


def former_words(grant: Authorization, language: Catalogue) -> str:
    """An authorization of a former content, which stays valid for that."""
    return language["provider.former"].format(
        number=visible(grant.number),
        start=day(language, grant.valid_from),
        end=day(language, grant.valid_to),
    )


def _codes(line: LineSummary, view: LetterLine | None, language: Catalogue) -> str:
    """The line's codes with system and units, as requested."""
    if view is not None and view.codes:
        return requested_codes(view.codes, language)
    return requested_codes([ServiceCode(system="-", code=code) for code in line.codes], language)


def requested_codes(codes: Sequence[ServiceCode], language: Catalogue) -> str:
    """Codes with system and units."""
    codes_in_words = [
        language["phrases.code"].format(
            system=SYSTEMS.get(one.system, visible(one.system)),
            code=visible(one.written),
            units=one.units,
        )
        for one in codes
    ]
    return "; ".join(codes_in_words) or language["labels.unnamed"]


def _reason(line: LineSummary, notice: Notice, language: Catalogue) -> str:
    """Why the line is where it is, in words that are true of its determination, and the code."""
    outcome = notice.outcome(line)
    if notice.ground(line) is not None or outcome in ADVERSE:
        return language["reasons.clinician"]
    code = line.reason.partition(":")[0]
    known = f"reasons.{outcome.value}.{code}"
    other = language[f"reasons.{outcome.value}.other"]
    return f"{language.messages.get(known, other)} ({visible(line.reason)})"


def _granted(grant: Authorization, view: LetterLine | None, language: Catalogue) -> list[list[str]]:
    """What an approval grants: number, validity, units, place, provider."""
    rows = [
        [language["labels.authorization"], visible(grant.number)],
        [language["labels.valid"], period(language, grant)],
        [language["labels.units"], str(grant.units)],
    ]
    place = site(language, grant.site or (view.site if view is not None else None))
    performer = grant.performer.name or grant.performer.npi
    rows += [[language["labels.site"], place]] if place else []
    return [*rows, [language["labels.performer"], visible(performer)]] if performer else rows


def _ground(line: LineSummary, notice: Notice, language: Catalogue) -> list[Block]:
    """A clinician's decision on the line: reason, criterion, and who decided."""
    ground = notice.ground(line)
    if ground is None:
        return []
    who = ground.reviewer
    by = language["phrases.reviewer"].format(
        name=visible(who.name),
        specialty=visible(who.specialty),
        licence=visible(who.licence),
        state=who.licence_state,
    )
    about = f"{capital(criterion(language, ground.criterion))} ({visible(ground.criterion)})"
    rows = [[language["labels.criterion"], about], [language["labels.reviewer"], by]]
    return [
        *changes(line, notice, language),
        text(language["provider.reason_given"]),
        quote(ground.reason, language),
        {"kind": "terms", "rows": rows},
    ]

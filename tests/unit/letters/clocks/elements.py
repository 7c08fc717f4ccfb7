"""What the law wants a letter about a clock to say, looked for in the text of its PDF file.

Written from the regulations, and blind to catalogues and templates: days and numbers are computed
here by hand, from the example's dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness
from tests.unit.letters.examples import WORDS

Check = Callable[[str], bool]
MA, MCO = LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.MEDICAID_MANAGED_CARE
FFS, UNKNOWN = LineOfBusiness.MEDICAID_FEE_FOR_SERVICE, LineOfBusiness.UNKNOWN
ERISA, QHP = LineOfBusiness.ERISA, LineOfBusiness.QHP_FFE
APPEAL_BY = {
    MA: ("March 11, 2026", "11 de marzo de 2026"),  # 65 days from January 5
    MCO: ("March 6, 2026", "6 de marzo de 2026"),  # 60
    FFS: ("April 5, 2026", "5 de abril de 2026"),  # 90
    ERISA: ("July 4, 2026", "4 de julio de 2026"),  # 180
    QHP: ("July 4, 2026", "4 de julio de 2026"),
    UNKNOWN: ("July 4, 2026", "4 de julio de 2026"),
}
RECEIVED = ("January 5, 2026", "5 de enero de 2026")
WAS_DUE = ("January 8, 2026", "8 de enero de 2026")
STANDARD_DUE = ("January 12, 2026", "12 de enero de 2026")
NOW_DUE = ("January 22, 2026", "22 de enero de 2026")
FOUR_MONTHS = ("May 5, 2026", "5 de mayo de 2026")
ZONE = ("Central Time", "hora del Centro")
REFUSING = (
    r"denie[ds]|denial|refus|notapprove|didnotapprove|notcertif|turneddown|notmedicallynecessary"
    r"|rechaz|deneg|negado|noaprob|noesmédicamentenecesari"
)
"""Words of a refusal."""
MERIT = r"denie[ds]|denial|notmedicallynecessary|notneeded|deneg|negado|noesmédicamentenecesari"
"""Words of a judgment on the care."""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def has(*ways: str) -> Check:
    """One of the ways of saying it, whatever the line breaks."""
    return lambda text: any(squeezed(way) in text for way in ways)


def lacks(pattern: str) -> Check:
    return lambda text: not re.search(pattern, text)


def every(*checks: Check) -> Check:
    return lambda text: all(check(text) for check in checks)


CALL = every(has("1-800-555-0100"), has("100 Example Street"))
COMMON: dict[str, Check] = {
    "what was asked": every(has("L4"), has("T8")),
    "the zone of its days": has(*ZONE),
    "who is concerned": every(has("Ana María Núñez"), has("M-1001")),
}
FAST_GRIEVANCE: dict[str, Check] = {
    "an expedited grievance": has("expedited grievance", "queja acelerada"),
    "a grievance is answered in 24 hours": has("24 hours", "24 horas"),
}
GRIEVANCE: dict[LineOfBusiness, dict[str, Check]] = {
    MA: FAST_GRIEVANCE,
    UNKNOWN: FAST_GRIEVANCE,
    MCO: {"a grievance": has("grievance", "queja")},
}
FAST = every(has("fast", "rápida"), has("72 hours", "72 horas"))
PERSON = has("person must still decide", "person will still decide", "persona todavía")


def grievance(business: LineOfBusiness) -> dict[str, Check]:
    return GRIEVANCE.get(business, {})


def extension(business: LineOfBusiness, audience: Audience) -> dict[str, Check]:
    """42 CFR 422.568(b)(2), 422.572(b), 438.404(c)(4)(i); 29 CFR 2560.503-1(f)(2)(iii)."""
    return {
        "more time": has("more time", "más tiempo"),
        "the reason, in the person's words": has(WORDS),
        "the new day": has(*NOW_DUE),
        "that nothing is refused": has(
            "not a no", "nothing is refused", "no es un no", "no se rechaza"
        ),
        **grievance(business),
        **({"whom to call": has("1-800-555-0100")} if audience is Audience.MEMBER else {}),
        "no judgment": lacks(MERIT),
    }


def information_missing(business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    """29 CFR 2560.503-1(f)(2)(iii)(B), (f)(4)."""
    return {
        "what is missing": has(WORDS),
        "that time stands still": has("stands still", "se detiene"),
        "where to send it": has("1-800-555-0101"),
        "the day without it": has(*NOW_DUE),
        **grievance(business),
        "no judgment": lacks(MERIT),
    }


def expedite_refused(business: LineOfBusiness, audience: Audience) -> dict[str, Check]:
    """42 CFR 422.570(d)(2)."""
    doctor = has(
        "your doctor tells us", "physician's statement", "su médico nos dice", "de un médico"
    )
    return {
        "that the standard time counts": has(
            "standard", "normal time", "tiempo normal", "estándar"
        ),
        "the day": has(*STANDARD_DUE),
        "counted from receipt": has(*RECEIVED),
        "a doctor's word makes it fast": doctor,
        "asked again": has("ask us again", "request again", "otra vez"),
        "why": has(WORDS),
        **grievance(business),
        **(
            {"where to complain": CALL}
            if audience is Audience.MEMBER and grievance(business)
            else {}
        ),
        "no judgment": lacks(MERIT),
    }


def deemed_adverse(business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    """42 CFR 422.568(f), 438.404(c)(5), with the appeal rights of a notice."""
    days = {MA: "65", MCO: "60", FFS: "90"}.get(business, "180")
    month = {MA: 30, MCO: 30}.get(business)
    return {
        "the day that was missed": has(*WAS_DUE),
        "the law": has("42 CFR 422.568(f)"),
        "that it can be appealed": has("appeal", "apel"),
        "the last day to appeal": has(*APPEAL_BY[business]),
        "the days to appeal": has(f"{days} days", f"{days} días"),
        "where to appeal": CALL,
        **({"a standard appeal": has(f"within {month} days", f"de {month} días")} if month else {}),
        "a fast appeal": FAST,
        "that a person still decides": PERSON,
        "no judgment": lacks(MERIT),
    }


def approved_by_law(_business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    """42 CFR 422.113(c)(2)(iii), (c)(3)."""
    return {
        "that it counts as approved": has("counts as approved", "cuenta como aprobada"),
        "the rule": has("42 CFR 422.113(c)(2)(iii)"),
        "until a plan physician takes over": has(
            "doctors takes over your care where", "assumes responsibility", "se hace cargo", "asume"
        ),
        "until a transfer": has("moving you", "transfer", "traslado"),
        "until an agreement": has("agree", "de acuerdo", "un acuerdo"),
        "until discharge": has("leave the hospital", "discharged", "sale del hospital", "de alta"),
        "no word of a refusal": lacks(REFUSING),
        "no appeal": lacks("appeal|apela"),
    }


def appeals_exhausted(business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    """29 CFR 2560.503-1(l)(1), 45 CFR 147.136(b)(3)(ii)(F), (d)(2)(i)."""
    return {
        "the day that was missed": has(*WAS_DUE),
        "external review": has("external review", "revisión externa"),
        "its four months": has("four months", "cuatro meses"),
        "a day in them": has(*FOUR_MONTHS),
        "where": CALL,
        "a fast review": FAST,
        "court": has("court", "tribunales"),
        **({"the section of the law": has("502(a)")} if business is ERISA else {}),
        "that a person still decides": PERSON,
        "no judgment": lacks(MERIT),
    }


def oral_follow_up(business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    """42 CFR 422.572(c); the right to appeal where this is the first writing."""
    return {
        "when it was told": has(*RECEIVED),
        "that it was told by word of mouth": has("word of mouth", "de palabra"),
        "that this is the writing": has("in writing", "por escrito"),
        "the last day to appeal": has(*APPEAL_BY[business]),
        "where to appeal": CALL,
        "a fast appeal": FAST,
        "no judgment": lacks(MERIT),
    }


def expiry_corrected(_business: LineOfBusiness, _audience: Audience) -> dict[str, Check]:
    return {
        "which letter": has(*RECEIVED),
        "that it was wrong": has("wrong", "mal.", "un error"),
        "that no right is lost": has("lose no right", "loses no right", "no pierde ningún derecho"),
    }


ELEMENTS: dict[LetterKind, Callable[[LineOfBusiness, Audience], dict[str, Check]]] = {
    LetterKind.EXTENSION: extension,
    LetterKind.INFORMATION_MISSING: information_missing,
    LetterKind.EXPEDITE_REFUSED: expedite_refused,
    LetterKind.DEEMED_ADVERSE: deemed_adverse,
    LetterKind.APPROVED_BY_LAW: approved_by_law,
    LetterKind.APPEALS_EXHAUSTED: appeals_exhausted,
    LetterKind.ORAL_FOLLOW_UP: oral_follow_up,
    LetterKind.EXPIRY_CORRECTED: expiry_corrected,
}


def missing(
    drawn: str, kind: LetterKind, business: LineOfBusiness, audience: Audience
) -> Iterable[str]:
    """The elements that the text of a letter lacks."""
    text = squeezed(drawn)
    wanted = {**COMMON, **ELEMENTS[kind](business, audience)}
    return sorted(name for name, check in wanted.items() if not check(text))

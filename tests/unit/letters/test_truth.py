"""No sentence of a letter contradicts a line, whatever mixture of determinations the lines have.

Each message has here, apart from the code, the condition on the set of determinations under which
it is true; composing a letter shows which messages it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from services.letters.content.compose import TEMPLATE, compose
from services.letters.content.mixture import kind, mixture
from services.letters.decide.memory import noticed, remembered
from services.letters.model import LetterSpec, LettersState, NoticeContent
from services.letters.reference import catalogues, plan
from services.letters.wording import Wording
from shared.events.criteria import CaseDetermined, Determination
from shared.events.evaluation import Doubt
from shared.events.letters import Audience, LetterKind
from shared.ids import derive
from tests.unit.letters.clocks.conditions import CLOCKS
from tests.unit.letters.examples import CASE, NOW, determined, line, request_received, reviewed
from tests.unit.letters.messages import Read

Truth = Callable[[frozenset[str]], bool]
CODES = ("A1", "A6", "A3", "A4", "by_law", "NA", "C", "A2")
"""A2 stands for whatever letters have no words for: no line has it today. `by_law` is a line that
is pended (A4) and counts as approved by law.
"""
MIXTURES = [mixed for size in (1, 2, 3) for mixed in combinations(CODES, size)] + [
    ("A1", "A1"),
    ("A3", "A3", "A3"),
    ("A6", "A6"),
    ("A4", "A4"),
    ("C", "C"),
    ("by_law", "by_law"),
]
NAMES = {"labels", "phrases", "calendar", "services", "sites", "criteria", "urgencies"}
"""Families of names and forms, which say nothing of a decision."""


def always(_found: frozenset[str]) -> bool:
    return True


def all_are(*codes: str) -> Truth:
    return lambda found: found <= set(codes)


def one_is(*codes: str) -> Truth:
    return lambda found: bool(found & set(codes))


def part(code: str) -> Truth:
    return lambda found: code in found and len(found) > 1


def both(*truths: Truth) -> Truth:
    return lambda found: all(truth(found) for truth in truths)


GRANTED = one_is("A1", "A6")
ADVERSE = one_is("A3", "A6")
WAITS = one_is("A4", "by_law")
OUTCOMES = {
    "approved": "A1",
    "changed": "A6",
    "refused": "A3",
    "by_law": "by_law",
    "open": "A4",
    "notified": "NA",
    "withdrawn": "C",
    "other": "A2",
}
TITLES: dict[str, Truth] = {
    "approved": all_are("A1"),
    "changed": both(all_are("A1", "A6"), one_is("A6")),
    "refused": all_are("A3"),
    "by_law": all_are("by_law"),
    "open": all_are("A4"),
    "notified": all_are("NA"),
    "withdrawn": all_are("C"),
    "approved_and_refused": both(GRANTED, one_is("A3")),
    "part_approved": both(GRANTED, one_is("A4", "by_law", "NA", "C", "A2")),
    "part_refused": part("A3"),
    "part_open": part("A4"),
    "other": always,
}
OPENINGS: dict[str, Truth] = {
    "received": always,
    **{f"{name}_all": all_are(code) for name, code in OUTCOMES.items()},
    **{f"{name}_part": part(code) for name, code in OUTCOMES.items()},
    "not_a_no": both(one_is("A4"), all_are("A4", "C")),
    "appeal": ADVERSE,
    "told_before": ADVERSE,
}
TRUE: dict[str, Truth] = {
    **{f"{who}.title.{name}": truth for who in Audience.known() for name, truth in TITLES.items()},
    **{
        f"{who}.opening.{name}": truth
        for who in Audience.known()
        for name, truth in OPENINGS.items()
    },
    **{f"{who}.greeting{named}": always for who in Audience.known() for named in ("", "_unnamed")},
    **{f"decisions.{code}": one_is(code) for code in CODES if code != "by_law"},
    "reasons.clinician": ADVERSE,
    **{f"reasons.approved.{code}": one_is("A1") for code in ("criteria_met", "other")},
    **{
        f"reasons.open.{code}": one_is("A4")
        for code in (
            "criteria_not_met",
            "not_documented",
            "rests_on_assumption",
            "confirmed_extreme",
            "contradiction",
            "limit",
            "applicability_unknown",
            "code_range",
            "codes_contradict",
            "illegible",
            "no_policy",
            "changed_after_determination",
            "retrospective",
            "service_date_beyond_horizon",
            "guard",
            "other",
        )
    },
    "member.former": one_is("A3", "A4", "by_law"),
    "provider.former": one_is("A3", "A4", "by_law"),
    "reasons.by_law.other": one_is("by_law"),
    "reasons.withdrawn.other": one_is("C"),
    "reasons.notified.other": one_is("NA"),
    "reasons.other.other": one_is("A2"),
    **{
        f"help.{name}": always
        for name in ("heading", "call", "language", "clinician", "language_heading")
    },
    "help.sent": WAITS,
    **{
        f"member.{name}": GRANTED
        for name in (
            "approved_heading",
            "approved_item",
            "approved_plain",
            "meaning_heading",
            "meaning_approved",
            "meaning_bring",
            "meaning_cost",
        )
    },
    **{
        f"member.{name}": one_is("A1")
        for name in ("why_heading", "why", "why_unnamed", "why_clinician")
    },
    **{f"member.by_law_{name}": one_is("by_law") for name in ("heading", "next")},
    **{f"member.{name}": one_is("A4") for name in ("pended_heading", "next_due")},
    **{
        f"member.{name}": WAITS
        for name in (
            "next_heading",
            "next_questions",
            "next_review",
            "next_asked",
            "asked_heading",
            "asked_opening",
            "asked_until",
            "next_like",
            "next_urgent",
        )
    },
    **{f"member.withdrawn_{name}": one_is("C") for name in ("heading", "next")},
    **{f"member.notified_{name}": one_is("NA") for name in ("heading", "next")},
    **{
        f"member.refused_{name}": ADVERSE
        for name in ("heading", "decision", "reason", "rule", "rule_unnamed", "rule_external", "by")
    },
    **{f"member.other_{name}": one_is("A2") for name in ("heading", "next")},
    **{
        f"appeal.{name}": ADVERSE
        for name in (
            "heading",
            "deadline",
            "how",
            "fast",
            "share",
            "papers",
            "told_heading",
            "told_item",
            "told_open",
        )
    },
    **{
        f"provider.{name}": always
        for name in (
            "summary_heading",
            "lines_heading",
            "statements_heading",
            *(f"doubts.{doubt.value}" for doubt in Doubt.known()),
            "sources_heading",
            "advisories_heading",
            "advisories_opening",
            "records_language",
            "contact_heading",
        )
    },
    **{
        f"provider.{name}": WAITS
        for name in (
            "questions_heading",
            "questions_opening",
            "questions_none",
            "questions_member",
            "questions_like",
            "questions_instead",
        )
    },
    "provider.due": one_is("A4"),
    "provider.by_law": one_is("by_law"),
    "provider.decided_by_law": one_is("by_law"),
    "provider.reason_given": ADVERSE,
    "closing.disclaimer": always,
    "closing.zone": always,
}


def whole(codes: tuple[str, ...]) -> CaseDetermined:
    """A determination whose lines have the codes, in order."""
    real = [code if code != "by_law" else "A4" for code in codes]
    lines = tuple(line(n, code) for n, code in enumerate(real, 1))
    asked = determined(LetterKind.PENDED).questions if "A4" in real else ()
    return determined(lines=lines, questions=asked)


def matter(codes: tuple[str, ...], *, told: bool) -> NoticeContent:
    """What there is to tell of such lines; `told`: refusals and changes were told before."""
    found = whole(codes)
    state = remembered(LettersState(), request_received())
    for n, code in enumerate(codes, 1):
        if code in {"A3", "A6"}:
            state = remembered(state, reviewed(n, code))
    _, fresh = noticed(state, found, list(Audience.known()), NOW)
    assert state.request is not None
    return NoticeContent(
        notice_id=derive(CASE, "notice"),
        case_id=CASE,
        kind=LetterKind.PARTIAL,
        at=NOW,
        due_at=NOW,
        request=state.request,
        grounds=state.grounds,
        determined=found,
        noticed=fresh if told else (),
        by_law=tuple(n for n, code in enumerate(codes, 1) if code == "by_law"),
    )


def composed(
    codes: tuple[str, ...], audience: Audience, language: str, *, told: bool
) -> tuple[Wording, set[str]]:
    """The letter, and the messages it uses."""
    spec = LetterSpec(
        letter_id=derive(CASE, "letter"),
        audience=audience,
        language=language,
        template=TEMPLATE,
        matter=matter(codes, told=told),
    )
    read = Read(catalogues()[language].messages)
    return compose(spec, replace(catalogues()[language], messages=read), plan()), read.used


def sentences(used: set[str]) -> Iterator[str]:
    return (key for key in sorted(used) if key.partition(".")[0] not in NAMES)


@pytest.mark.parametrize("told", [False, True], ids=["first", "told"])
@pytest.mark.parametrize("codes", MIXTURES, ids="+".join)
def test_no_sentence_contradicts_a_line(codes: tuple[str, ...], told: bool):
    for language in catalogues():
        for audience in Audience.known():
            _, used = composed(codes, audience, language, told=told)
            false = [key for key in sentences(used) if not TRUE[key](frozenset(codes))]
            assert false == [], f"{language} {audience}"


@pytest.mark.parametrize("codes", MIXTURES, ids="+".join)
def test_every_outcome_is_said_at_the_top_and_every_line_has_its_own_decision(
    codes: tuple[str, ...],
):
    share = "all" if len(set(codes)) == 1 else "part"
    names = {code: name for name, code in OUTCOMES.items()}
    for audience in Audience.known():
        wording, used = composed(codes, audience, "en", told=False)
        assert {f"{audience}.opening.{names[code]}_{share}" for code in codes} <= used
    rows = wording["sections"][0]["blocks"][0]["rows"]
    words = {code: f"decisions.{code}" for code in CODES} | {"by_law": "provider.decided_by_law"}
    assert [row[2] for row in rows] == [catalogues()["en"][words[code]] for code in codes]


@pytest.mark.parametrize("codes", MIXTURES, ids="+".join)
def test_the_right_to_appeal_comes_with_the_first_notice_of_a_refusal_and_only_with_it(
    codes: tuple[str, ...],
):
    for audience in Audience.known():
        _, first = composed(codes, audience, "en", told=False)
        _, again = composed(codes, audience, "en", told=True)

        assert ("appeal.deadline" in first) == bool({"A3", "A6"} & set(codes))
        assert "appeal.deadline" not in again
        assert ("appeal.told_item" in again) == ("appeal.deadline" in first)


@pytest.mark.parametrize("language", sorted(catalogues()))
def test_every_message_that_is_a_sentence_has_a_condition(language: str):
    assert set(sentences(set(catalogues()[language].messages))) == TRUE.keys() | CLOCKS.keys()


@pytest.mark.parametrize(
    ("codes", "told", "expected"),
    [
        (("A1",), False, LetterKind.APPROVAL),
        (("A1", "C"), False, LetterKind.APPROVAL),
        (("A1", "A4"), False, LetterKind.PARTIAL),
        (("A1", "A3"), False, LetterKind.PARTIAL),
        (("A6",), False, LetterKind.PARTIAL),
        (("A3",), False, LetterKind.REFUSAL),
        (("A3", "A4"), False, LetterKind.REFUSAL),
        (("A3", "C"), False, LetterKind.REFUSAL),
        (("A4", "C"), False, LetterKind.PENDED),
        (("C",), False, LetterKind.WITHDRAWAL),
        (("A1",), True, LetterKind.PARTIAL),
        (("A4",), True, LetterKind.PENDED),
        (("C",), True, LetterKind.WITHDRAWAL),
    ],
)
def test_the_kind_of_a_notice_follows_from_what_is_new_in_it(
    codes: tuple[str, ...], told: bool, expected: LetterKind
):
    assert kind(mixture(map(Determination, codes)), earlier=told) is expected

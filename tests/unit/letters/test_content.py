"""What letters say, and what they never say."""

from __future__ import annotations

import copy
import re
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.letters.content import catalogue
from services.letters.content.catalogue import read_catalogues
from services.letters.content.compose import compose
from services.letters.content.mixture import TITLES, LineOutcome
from services.letters.content.notice import criterion
from services.letters.content.plan import read_plan
from services.letters.content.text import UNSEEN, deadline, instant, visible
from services.letters.decide import decide
from services.letters.model import LetterSpec
from services.letters.reference import (
    CATALOGUES,
    catalogues,
    packaged,
    plan,
    plan_reference,
    rules_of,
)
from services.letters.render.fonts import shown
from services.letters.render.text import plain
from services.letters.rendering import stationery
from services.letters.wording import Wording
from shared.errors import Impossible, Malformed
from shared.events.evaluation import Doubt
from shared.events.letters import Audience, LetterKind
from shared.events.reviews import EXTERNAL_KINDS
from tests.unit.letters.clocks.matters import used_messages
from tests.unit.letters.examples import (
    NOW,
    catalogue_texts,
    determined,
    line,
    paper,
    received,
    request_received,
    reviewed,
    told,
)

RULES = rules_of("America/Chicago")
LANGUAGES = ("en", "es")


def wordings(
    kind: LetterKind = LetterKind.APPROVAL, language: str = "en", **changes: Any
) -> dict[Audience, Wording]:
    letters = [
        LetterSpec.model_validate_json(task.payload["content"])
        for task in told(kind, language, **changes).tasks
    ]
    return {
        letter.audience: compose(letter, catalogues()[letter.language], plan())
        for letter in letters
    }


def adverse_digest(
    kind: LetterKind, audience: Audience, language: str = "en", **changes: Any
) -> str:
    return plain(wordings(kind, language, **changes)[audience]).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", Audience.known())
def test_every_approved_line_is_told_with_its_authorization_number(
    audience: Audience, language: str
):
    text = adverse_digest(LetterKind.APPROVAL, audience, language)

    assert "AUTH-1001" in text
    assert "AUTH-2002" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind.known())
def test_a_members_letter_has_no_codes(kind: LetterKind, language: str):
    text = adverse_digest(kind, Audience.MEMBER, language)

    assert not re.search(r"\b\d{5}\b(?!-)", text.replace("62701", ""))
    assert not re.search(r"\b(CPT|HCPCS|X12|A[1-6])\b", text)


def test_a_provider_reads_codes_policy_statement_source_advisory_and_question():
    text = adverse_digest(LetterKind.PARTIAL, Audience.PROVIDER)

    for piece in (
        "CPT 22610, units: 3",
        "Surgery for metastatic spine disease, edition 2026.1",
        "Cauda equina syndrome is documented. (Lines: 1) [1]",
        "1. Document Neurologic examination, page 2",
        "A severe lesion at L1",
        "A clinician will call about this.",
        "1. When was the imaging made?",
        "January 8, 2026, 03:00 Central Time (UTC-06:00)",
    ):
        assert piece in text


@pytest.mark.parametrize("audience", Audience.known())
@pytest.mark.parametrize("kind", LetterKind.known())
def test_a_statement_that_no_source_bears_out_never_appears(kind: LetterKind, audience: Audience):
    assert "untraced figure" not in adverse_digest(kind, audience)


def test_statements_and_advisories_are_not_told_to_the_member():
    text = adverse_digest(LetterKind.PARTIAL, Audience.MEMBER)

    assert "Cauda equina" not in text
    assert "L1 lies" not in text


@pytest.mark.parametrize("audience", Audience.known())
def test_a_refusal_names_reason_criterion_and_who_decided_and_tells_how_to_appeal(
    audience: Audience,
):
    text = adverse_digest(LetterKind.REFUSAL, audience)

    for piece in (
        "no instability at the levels",
        "instability",
        "Dr. Robin Vale",
        "Neurosurgery",
        "July 4, 2026",
        "180 days",
        "appeal",
    ):
        assert piece in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(EXTERNAL_KINDS))
def test_a_rule_that_is_no_policy_of_the_plans_is_said_to_be_part_of_none(kind: str, language: str):
    (letter,) = [
        LetterSpec.model_validate_json(task.payload["content"])
        for task in told(LetterKind.REFUSAL, language).tasks
        if '"audience":"member"' in task.payload["content"]
    ]
    grounds = tuple(one.model_copy(update={"criterion": kind}) for one in letter.matter.grounds)
    matter = letter.matter.model_copy(update={"grounds": grounds})
    words = catalogues()[language]

    text = plain(compose(letter.model_copy(update={"matter": matter}), words, plan())).decode()

    rule = words["member.refused_rule_external"].format(criterion=words[f"criteria.{kind}"])
    assert rule in " ".join(text.split())
    assert (
        words["member.refused_rule"].partition("{policy}")[0].rpartition(".")[2].strip() not in text
    )


@pytest.mark.parametrize("kind", [LetterKind.APPROVAL, LetterKind.PENDED, LetterKind.WITHDRAWAL])
@pytest.mark.parametrize("audience", Audience.known())
def test_only_a_refusal_speaks_of_an_appeal(kind: LetterKind, audience: Audience):
    assert "appeal" not in adverse_digest(kind, audience)


def test_a_pended_member_is_told_that_nothing_is_refused_and_by_when_it_is_decided():
    text = adverse_digest(LetterKind.PENDED, Audience.MEMBER)

    assert "This is not a no." in text
    assert "January 8, 2026" in text


def test_a_service_that_nobody_named_in_words_is_told_by_its_line():
    unknown = determined(lines=(line(1, "A1", services=("xyz_9",)), line(2, "A1", services=())))

    text = adverse_digest(LetterKind.APPROVAL, Audience.MEMBER, determination=unknown)

    assert "The service on line 1 of the request" in text
    assert "xyz_9" not in text


def test_clinical_text_in_a_spanish_letter_is_marked_as_english():
    sections = wordings(LetterKind.PARTIAL, "es")[Audience.PROVIDER]["sections"]

    marked = [block for section in sections for block in section["blocks"] if "lang" in block]

    assert [block["lang"] for block in marked] == ["en", "en", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_written_in_the_readers_language(language: str):
    assert {"en": "January 5, 2026", "es": "5 de enero de 2026"}[language] in adverse_digest(
        LetterKind.APPROVAL, Audience.MEMBER, language
    )


def test_spanish_is_in_review():
    assert catalogues()["es"].status == "in_review"


def keys(content: Any, prefix: str = "") -> list[tuple[str, ...]]:
    if not isinstance(content, dict):
        return [tuple(prefix.split("/")[1:])]
    return [key for name, value in content.items() for key in keys(value, f"{prefix}/{name}")]


@cache
def parsed() -> dict[str, Any]:
    return {language: yaml.safe_load(text) for language, text in catalogue_texts().items()}


@pytest.mark.parametrize("key", keys(parsed()["es"]), ids=".".join)
def test_a_catalogue_without_one_of_its_messages_does_not_load(key: tuple[str, ...]):
    contents = copy.deepcopy(parsed())
    where = contents["es"]
    for name in key[:-1]:
        where = where[name]
    del where[key[-1]]

    with pytest.raises(Malformed):
        read_catalogues(contents)


def test_a_translation_that_loses_a_placeholder_does_not_load():
    contents = copy.deepcopy(parsed())
    contents["es"]["appeal"]["deadline"] = "Debe pedirla pronto."

    with pytest.raises(Malformed):
        read_catalogues(contents)


def test_a_plan_without_appeal_days_for_a_line_of_business_does_not_load():
    whole = yaml.safe_load((CATALOGUES / "plan.yaml").read_text(encoding="utf-8"))
    lacking = copy.deepcopy(whole)
    del lacking["appeal_days"]["erisa"]

    assert read_plan(whole, frozenset(LANGUAGES), RULES)
    with pytest.raises(Malformed):
        read_plan(lacking, frozenset(LANGUAGES), RULES)


def test_every_message_is_used_and_every_used_message_exists():
    code = "".join(
        path.read_text(encoding="utf-8") for path in Path(catalogue.__file__).parent.rglob("*.py")
    )
    used = set(
        re.findall(
            r'["\']((?:labels|phrases|help|member|appeal|provider|closing|calendar|clocks)'
            r'\.[a-z_.]+)["\']',
            code,
        )
    )
    names = {name for name, _ in TITLES} | {"other"}
    sentences = {f"{outcome.value}_{share}" for outcome in LineOutcome for share in ("all", "part")}
    sentences |= {"received", "not_a_no", "appeal", "told_before"}
    dynamic = {
        f"{audience.value}.title.{name}" for audience in Audience.known() for name in names
    } | {f"{audience.value}.opening.{name}" for audience in Audience.known() for name in sentences}
    dynamic |= {f"provider.doubts.{doubt.value}" for doubt in Doubt.known()}
    dynamic |= used_messages()
    labels = {
        f"labels.{name}"
        for name in (
            *("due", "former_due", "was_due", "rule"),
            *("notice", "to", "sender", "page", "of", "undrawn"),
            *("item", "asked", "granted", "units", "site", "dates", "performer"),
        )
    }

    free = {"services", "reasons", "decisions", "urgencies", "sites", "criteria"}
    exist = {key for key in catalogues()["en"].messages if key.split(".")[0] not in free}
    assert used | dynamic | labels == exist


def changed(**changes: Any) -> dict[Audience, str]:
    """The letters on a line that a clinician changed."""
    summary = line(1, "A6", reason="levels", **changes)
    given = [
        request_received(),
        reviewed(1, "A6"),
        determined(determination="A6", lines=(summary,)),
    ]
    return {audience: plain(wording).decode() for audience, wording in letters(given).items()}


def letters(events: list[Any]) -> dict[Audience, Wording]:
    """What the letters of the last event say, on the stationery that ships."""
    state, outcome = None, None
    for number, event in enumerate(events):
        outcome = decide(stationery(), state, received(event, cause=str(number)), NOW)
        state = outcome.state
    assert outcome is not None
    found = [LetterSpec.model_validate_json(task.payload["content"]) for task in outcome.tasks]
    return {one.audience: compose(one, catalogues()[one.language], plan()) for one in found}


@pytest.mark.parametrize("audience", Audience.known())
def test_a_change_is_told_beside_what_was_asked(audience: Audience):
    text = changed()[audience]

    assert "Item: Units; Asked for: 1; Approved: 1" in text
    assert "Item: Place of service; Asked for: Not given; Approved: in hospital (inpatient)" in text
    assert "Approved: January 5, 2026 to April 5, 2026" in text


@pytest.mark.parametrize("audience", Audience.known())
def test_the_clinicians_own_words_are_quoted_and_the_criterion_is_said_in_words(
    audience: Audience,
):
    text = adverse_digest(LetterKind.REFUSAL, audience)

    assert "“The record shows no instability at the levels asked for.”" in text
    assert "ow steady the bones of the spine are" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("instability.slip", "how steady the bones of the spine are"),
        ("payers-own_rule.2", "the point called “payers own rule 2”"),
    ],
)
def test_a_criterion_is_never_told_as_a_bare_code(code: str, words: str):
    assert criterion(catalogues()["en"], code) == words


def test_words_of_the_record_are_marked_as_english_in_a_spanish_letter():
    sections = wordings(LetterKind.REFUSAL, "es")[Audience.MEMBER]["sections"]
    quotes = [block for one in sections for block in one["blocks"] if block["kind"] == "quote"]

    assert [block.get("lang") for block in quotes] == ["en", "en"]


def test_days_are_those_of_the_plans_zone_and_midnight_ends_the_day_before():
    new_years_eve = datetime(2026, 1, 1, 5, 59, tzinfo=UTC)
    midnight = datetime(2026, 1, 9, 6, 0, tzinfo=UTC)

    assert plan().day(new_years_eve) == date(2025, 12, 31)
    assert plan().last_day(midnight) == date(2026, 1, 8)
    assert plan().last_day(midnight + timedelta(seconds=1)) == date(2026, 1, 9)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ((2026, 3, 8, 7, 59), "March 8, 2026, 01:59 Central Time (UTC-06:00)"),
        ((2026, 3, 8, 8, 0), "March 8, 2026, 03:00 Central Time (UTC-05:00)"),
        ((2026, 11, 1, 6, 30), "November 1, 2026, 01:30 Central Time (UTC-05:00)"),
        ((2026, 11, 1, 7, 30), "November 1, 2026, 01:30 Central Time (UTC-06:00)"),
    ],
)
def test_an_instant_names_its_zone_and_stays_one_instant_when_the_clocks_change(
    at: tuple[int, int, int, int, int], told: str
):
    assert instant(catalogues()["en"], plan(), datetime(*at, tzinfo=UTC)) == told


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((2026, 1, 9, 6, 0), "the end of January 8, 2026, Central Time"),
        ((2026, 1, 9, 5, 59), "January 8, 2026, 23:59 Central Time (UTC-06:00)"),
        ((2026, 3, 9, 5, 0), "the end of March 8, 2026, Central Time"),
    ],
)
def test_a_deadline_at_midnight_is_told_as_the_end_of_the_day_before(
    at: tuple[int, int, int, int, int], said: str
):
    assert deadline(catalogues()["en"], plan(), datetime(*at, tzinfo=UTC)) == said


@pytest.mark.parametrize("audience", Audience.known())
@pytest.mark.parametrize(("language", "zone"), [("en", "Central Time"), ("es", "hora del Centro")])
def test_every_letter_names_the_zone_of_its_days(audience: Audience, language: str, zone: str):
    said = wordings(LetterKind.REFUSAL, language)[audience]["closing"]
    assert any(zone in sentence for sentence in said)


def test_the_appeal_runs_from_the_day_of_the_notice_where_the_plan_is():
    late = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
    state = decide(paper(), None, received(request_received()), late).state
    for number in (1, 2):
        state = decide(paper(), state, received(reviewed(number)), late).state
    outcome = decide(paper(), state, received(determined(LetterKind.REFUSAL)), late)
    spec = LetterSpec.model_validate_json(outcome.tasks[0].payload["content"])

    text = plain(compose(spec, catalogues()["en"], plan())).decode()

    assert "Date: January 5, 2026" in text
    assert "July 4, 2026" in text


@pytest.mark.parametrize(
    "change",
    [
        {"time_zone_name": {"en": "Central Time"}},
        {"taglines": {"es": "Llame."}},
    ],
)
def test_a_plan_whose_clock_or_help_cannot_be_used_does_not_load(change: dict[str, Any]):
    whole = yaml.safe_load((CATALOGUES / "plan.yaml").read_text(encoding="utf-8"))

    with pytest.raises(Malformed):
        read_plan({**whole, **change}, frozenset(LANGUAGES), RULES)


@pytest.mark.parametrize("name", ["Atlantis/Capital", "../etc/passwd", "America", "America/Denver"])
def test_a_plan_whose_zone_has_no_rules_is_not_taken_up(name: str):
    text = (CATALOGUES / "plan.yaml").read_text(encoding="utf-8")
    moved = text.replace("America/Chicago", name).encode()
    with pytest.raises(Impossible, match="are missing"):
        plan_reference((packaged()[0]._replace(content=moved), packaged()[1]))
    if name != "America/Denver":
        with pytest.raises(Impossible, match="There is no time zone"):
            rules_of(name)


def test_rules_that_cannot_be_read_are_refused():
    nonsense = packaged()[1]._replace(content=b"bm8gcnVsZXM=")
    with pytest.raises(Malformed, match="cannot be read"):
        plan_reference((packaged()[0], nonsense))


@pytest.mark.parametrize("text", [b"", b"- a list", b"name: [", b"time_zone: [America/Chicago]"])
def test_a_plan_that_is_none_is_refused_by_name(text: bytes):
    with pytest.raises((Malformed, Impossible), match="plan"):
        plan_reference((packaged()[0]._replace(content=text), packaged()[1]))


def test_a_day_is_that_of_the_rules_that_were_published():
    utc = packaged()[1]._replace(content=b64encode(rules_of("Etc/UTC")))
    midnight = datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert plan().day(midnight) == date(2026, 1, 4)
    assert plan_reference((packaged()[0], utc)).plan.day(midnight) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("language", "marked"),
    [("en", []), ("es", ["es"]), ("vi", ["vi"]), ("qq", sorted(plan().taglines))],
)
def test_a_member_whose_language_is_not_sent_reads_english_and_how_to_get_help_in_it(
    language: str, marked: list[str]
):
    made = letters([request_received(language=language), determined()])

    said_in = [
        block["lang"]
        for section in made[Audience.MEMBER]["sections"]
        for block in section["blocks"]
        if "lang" in block
    ]
    assert made[Audience.MEMBER]["language"] == "en"
    assert sorted(said_in) == marked
    assert not any(
        "lang" in block
        for section in made[Audience.PROVIDER]["sections"]
        for block in section["blocks"]
    )


def test_the_fonts_show_every_tagline():
    for sentence in plan().taglines.values():
        assert shown(sentence) == sentence


@given(st.text(max_size=50))
def test_whatever_a_text_holds_what_is_printed_can_be_seen_and_what_could_be_seen_is_kept(
    text: str,
):
    printed = visible(text)

    assert not UNSEEN.search(printed)
    assert visible(printed) == printed
    assert UNSEEN.sub("", text) == re.sub(r"\[U\+[0-9A-F]{4,6}\]", "", printed) or any(
        character in text for character in "\t\n\r\u2028\u2029["
    )

"""The documents of letters: accessible, the same every time, and inert whatever they hold."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import page
import pytest

from services.letters.content.compose import compose
from services.letters.model import LetterSpec
from services.letters.reference import catalogues, plan
from services.letters.render.documents import documents
from services.letters.render.fonts import PINNED, font_files, pinned
from services.letters.render.html import inline
from services.letters.render.seal import seal
from services.letters.rendering import render
from services.letters.wording import Wording
from shared.errors import Impossible, Malformed
from shared.events.letters import Audience, LetterKind
from shared.events.request import ServiceCode
from tests.unit.letters.examples import determined, line, member, request, told
from tests.unit.letters.pdf_text import pieces_of, text_of

HOSTILE = (
    '#import "@preview/cetz:0.3.4": *',
    '#read("/etc/passwd") $x^2$ *bold* _it_ `raw` @ref <label> // note',
    '"); #panic("out") #("',
    "#set page(fill: red) = Heading \\u{41} \\",
    "<script>alert(1)</script> &amp; <b>bold</b> \"'",
    "${jndi:x} $title {name} %s {0} {{7*7}}",
    "--- 1... ~ -? 'quotes' \"double\" https://example.test/?a=b&c",
    "{\\rtf1 \\b text}",
    "a" * 200,
    "Zoë Ñandú Łukasz Đặng ẞ Ωμέγα Дмитрий",
)
UNSEEN = {
    "\x00\x07\x1b[31m": "[U+0000][U+0007][U+001B][31m",
    "abc\u202edef": "abc[U+202E]def",
    "two\nlines": "two lines",
    "soft\u00adhyphen": "soft[U+00AD]hyphen",
}


def payloads(
    kind: LetterKind = LetterKind.APPROVAL, language: str = "en", **changes: Any
) -> dict[Audience, dict[str, Any]]:
    return {
        LetterSpec.model_validate_json(task.payload["content"]).audience: task.payload
        for task in told(kind, language, **changes).tasks
    }


def worded(payload: dict[str, Any]) -> Wording:
    letter = LetterSpec.model_validate_json(payload["content"])
    return compose(letter, catalogues()[letter.language], plan())


def made(
    kind: LetterKind = LetterKind.APPROVAL,
    audience: Audience = Audience.MEMBER,
    language: str = "en",
    **changes: Any,
) -> dict[str, bytes]:
    return documents(worded(payloads(kind, language, **changes)[audience]))


class Page(HTMLParser):
    """Collects what a page says and which elements it has."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.inline += data


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("audience", Audience.known())
@pytest.mark.parametrize("kind", LetterKind.known())
def test_every_letter_is_accessible_and_archivable(
    kind: LetterKind, audience: Audience, language: str
):
    pdf = made(kind, audience, language)["pdf"]

    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [failure.message for failure in report.failures]


def test_the_gate_refuses_a_file_that_lost_its_title():
    pdf = made()["pdf"]

    assert not page.is_pdf_compliant_bytes(
        pdf.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null"),
        profile=page.ValidationProfile.PDF_UA_1,
    )


@pytest.mark.parametrize("audience", Audience.known())
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pdf_file_says_what_the_text_says(audience: Audience, language: str):
    letter = made(LetterKind.PARTIAL, audience, language)
    drawn = text_of(letter["pdf"])

    assert "AUTH-1001" in drawn
    for text in letter["txt"].decode().splitlines():
        for word in text.split():
            assert (
                word.strip("-=") == ""
                or word.strip("-=;").rstrip(":") in drawn
                or re.fullmatch(r"\d+\.", word)
            )


def test_rendering_again_gives_the_same_bytes_here_and_in_a_fresh_process(tmp_path: Path):
    payload = payloads()[Audience.PROVIDER]
    first = render(payload, tmp_path / "first")
    program = (
        "import json, pathlib, sys; from services.letters.rendering import render; "
        "print(json.dumps(render(json.load(sys.stdin), pathlib.Path(sys.argv[1]))))"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "fresh")],
        input=json.dumps(payload),
        capture_output=True,
        text=True,
        check=True,
    )

    assert render(payload, tmp_path / "again") == first
    assert json.loads(fresh.stdout) == first


def test_rendering_works_in_a_spawned_worker(tmp_path: Path):
    payload = payloads()[Audience.MEMBER]

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(render, payload, tmp_path / "pool").result() == render(
            payload, tmp_path / "here"
        )


def test_files_stand_where_the_result_says_with_the_hash_that_it_says(tmp_path: Path):
    result = render(payloads()[Audience.MEMBER], tmp_path)

    assert [document["format"] for document in result["documents"]] == ["pdf", "html", "txt"]
    for document in result["documents"]:
        written = (tmp_path / document["path"]).read_bytes()
        assert (hashlib.sha256(written).hexdigest(), len(written)) == (
            document["sha256"],
            document["size"],
        )
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


@pytest.mark.parametrize(
    "name", ["content", "plan", "zone", "content_sha256", "template_sha256", "fonts_sha256"]
)
def test_nothing_is_rendered_but_what_was_issued(name: str, tmp_path: Path):
    payload = payloads()[Audience.MEMBER]

    with pytest.raises(Impossible):
        render({**payload, name: payload[name] + " "}, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_appear_literally(name: str):
    letter = made(member=member(name=name))

    assert name in letter["txt"].decode()
    assert name in Page(letter["html"]).inline
    assert "".join(name.split()) in text_of(letter["pdf"])
    assert page.is_pdf_compliant_bytes(letter["pdf"], profile=page.ValidationProfile.PDF_UA_1)


def test_a_word_that_no_line_holds_is_broken_inside_the_margin():
    drawn = made(member=member(name="x" * 400))["pdf"]

    assert "x" * 400 in text_of(drawn)
    assert max(map(len, pieces_of(drawn))) < 100


SHORT = 24
NUMBER = "PA-4F2A-91C0-77DE-B0A1"


@pytest.mark.parametrize("before", range(0, 72, 3))
def test_a_number_is_never_broken_across_lines(before: int):
    """The text before it moves the number over the end of a line."""
    letter = made(member=member(name=f"{'n' * (before % 20)} {'w ' * (before // 2)}{NUMBER}"))

    assert any(NUMBER in piece for piece in pieces_of(letter["pdf"]))
    assert f'<span class="number">{NUMBER}</span>' in letter["html"].decode()


def numbered(number: str) -> dict[Audience, dict[str, bytes]]:
    """The letters on lines with an authorization number."""
    lines = tuple(line(n, "A1") for n in (1, 2))
    grants = [one.authorization for one in lines]
    given = determined(
        lines=tuple(
            one.model_copy(update={"authorization": grant.model_copy(update={"number": number})})
            for one, grant in zip(lines, grants, strict=True)
            if grant is not None
        )
    )
    return {
        audience: documents(worded(payload))
        for audience, payload in payloads(determination=given).items()
    }


@pytest.mark.parametrize("number", [NUMBER, "AUTH-1001", "A" * 64, "1-" * 31 + "1"])
def test_an_authorization_number_stays_in_its_cell(number: str):
    letter = numbered(number)[Audience.PROVIDER]

    drawn, pieces = text_of(letter["pdf"]).count(number), pieces_of(letter["pdf"])
    assert drawn == 4
    assert len(number) > SHORT or sum(piece.count(number) for piece in pieces) == drawn
    assert max(map(len, pieces)) < 100


@pytest.mark.parametrize("before", range(5))
@pytest.mark.parametrize("code", ["22612", "L-5000-RT-59", "0095T", "1234567890123456789"])
def test_a_code_stays_whole_in_its_cell(code: str, before: int):
    """The codes before it move the code over the end of a line of its cell."""
    codes = [*("27447" for _ in range(before)), code]
    lines = tuple(
        one.model_copy(
            update={"codes": tuple(ServiceCode(system="hcpcs", code=other) for other in codes)}
        )
        for one in request().lines
    )
    letter = documents(worded(payloads(lines=lines)[Audience.PROVIDER]))

    drawn = text_of(letter["pdf"]).count(code)
    assert drawn >= 2
    assert sum(piece.count(code) for piece in pieces_of(letter["pdf"])) == drawn


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Call 1-800-555-0100.", ["1-800-555-0100"]),
        ("PA-4F2A-91C0-77DE-B0A1, A-1", ["PA-4F2A-91C0-77DE-B0A1", "A-1"]),
        ("well-known, L4 - S1, -1, 0b54ac9e-3f3a-5b55-9b63-000000000001", []),
        ("&#x27;-1 <1-2>", ["1-2"]),
    ],
)
def test_numbers_are_told_from_words(text: str, kept: list[str]):
    assert re.findall(r'<span class="number">(.*?)</span>', inline(text)) == kept


def test_the_fonts_are_those_that_are_pinned(tmp_path: Path):
    for path in font_files():
        shutil.copy(path, tmp_path)
    assert [path.name for path in pinned(tmp_path)] == sorted(PINNED)


@pytest.mark.parametrize("harm", ["halved", "missing", "added"])
def test_letters_do_not_start_with_another_font(harm: str, tmp_path: Path):
    for path in font_files():
        shutil.copy(path, tmp_path)
    font = tmp_path / "DejaVuSans.ttf"
    if harm == "halved":
        font.write_bytes(font.read_bytes()[: font.stat().st_size // 2])
    elif harm == "missing":
        font.unlink()
    else:
        (tmp_path / "Other.ttf").write_bytes(b"another")

    with pytest.raises(Malformed) as raised:
        pinned(tmp_path)

    assert raised.value.code == "fonts"


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_made_visible(name: str):
    letter = made(member=member(name=name))

    for text in (letter["txt"].decode(), Page(letter["html"]).inline):
        assert UNSEEN[name] in text
    assert "".join(UNSEEN[name].split()) in text_of(letter["pdf"])


def test_a_character_without_a_glyph_is_named_in_the_pdf_file_and_kept_elsewhere():
    letter = made(member=member(name="王 Wang"))

    assert "王 Wang" in letter["txt"].decode()
    assert "[U+738B]Wang" in text_of(letter["pdf"])


def test_the_page_has_language_title_headings_in_order_and_no_script():
    letter = Page(made(LetterKind.PARTIAL, Audience.PROVIDER, "es")["html"])
    names = [name for name, _ in letter.elements]
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]

    assert letter.elements[0] == ("html", {"lang": "es"})
    assert names.count("title") == names.count("h1") == names.count("main") == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert not {"script", "img", "link", "iframe", "a", "form"} & set(names)
    assert {attributes.get("scope") for name, attributes in letter.elements if name == "th"} == {
        "col",
        "row",
    }


def test_a_stream_that_ends_in_a_carriage_return_is_sealed_and_the_table_follows():
    head = b"%PDF-1.7\n"
    first = b"1 0 obj\n<</Length 2>>\nstream\nx\r\nendstream\nendobj\n"
    second = b"2 0 obj\n<<>>\nendobj\n"
    table = (
        b"xref\n0 3\n0000000000 65535 f\r\n%010d 00000 n\r\n%010d 00000 "
        b"n\r\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF"
    )
    at = len(head)
    whole = head + first + second + table % (at, at + len(first), at + len(first) + len(second))

    sealed = seal(whole)

    assert sealed == head + first.replace(b"x\r\n", b"x\r\r\n") + second + table % (
        at,
        at + len(first) + 1,
        at + len(first) + len(second) + 1,
    )
    assert seal(head + second) == head + second

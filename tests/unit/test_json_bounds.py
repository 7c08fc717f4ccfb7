"""What JSON costs is bounded before anybody parses it, and what costs nothing is let through."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.json_bounds import MAX_DEPTH, MAX_TOKENS, MAX_VALUE, admit
from tests.unit.intake.hostile import LARGE

STRING = rb'"(?:[^"\\]|\\.)*"'
TOKEN = re.compile(STRING + rb"|[\[\]{},:]")
ATTACHMENT = b'{"data": "' + b"QUJD" * (MAX_VALUE // 4 - 6) + b'"}'
PEAK = """
import resource, sys
from services.intake.handlers import read
from shared.events.submissions import FHIR_BUNDLE
from tests.unit.intake.hostile import LARGE
value = LARGE[sys.argv[1]][0]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read(FHIR_BUNDLE, {}, value)
except Exception as error:
    print(error.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def refusal(raw: bytes, most: int = MAX_VALUE) -> str:
    with pytest.raises(Malformed) as refused:
        admit(raw, most)
    return str(refused.value.code)


def of_tokens(count: int) -> bytes:
    """A list of `count` tokens."""
    return b"[" + b'"a",' * ((count - 3) // 2) + b"1]" + b"," * ((count - 3) % 2)


def test_tokens_are_counted_to_the_last_one():
    assert len(TOKEN.findall(of_tokens(MAX_TOKENS))) == MAX_TOKENS - 1
    admit(of_tokens(MAX_TOKENS) + b"]")
    assert refusal(of_tokens(MAX_TOKENS) + b"]]") == "too_complex"


def test_the_refusal_names_the_limit_and_what_to_do():
    with pytest.raises(Malformed, match=r"more than 50,000 tokens.*Send a smaller request"):
        admit(of_tokens(2 * MAX_TOKENS))
    with pytest.raises(Malformed, match=r"larger than 1,000 bytes"):
        admit(b" " * 1_001, 1_000)


def test_a_string_is_one_token_whatever_is_in_it():
    text = json.dumps({"a": '[{"\\,:' * MAX_TOKENS}).encode()
    admit(text)
    admit(ATTACHMENT)
    assert len(ATTACHMENT) > MAX_VALUE - 100


def test_brackets_of_either_kind_make_levels():
    admit(b'[{"a":' * (MAX_DEPTH // 2) + b"1" + b"}]" * (MAX_DEPTH // 2))
    assert refusal(b'[{"a":' * (MAX_DEPTH // 2) + b"[1]" + b"}]" * (MAX_DEPTH // 2)) == "too_deep"


@given(st.integers(0, 3 * 64 * 1024), st.sampled_from("\u00e9\u20ac\U0001f600"))
@settings(max_examples=30)
def test_a_character_may_lie_across_any_two_pieces(before: int, character: str):
    text = b"a" * before + character.encode()
    admit(text)
    assert refusal(text[:-1]) == "not_utf8"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('\\"[{,:u\n\u00e9'), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab"', max_size=3), inner),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=60)
def test_the_count_is_that_of_a_tokenizer(content: Any):
    text = json.dumps(content, ensure_ascii=False).encode().replace(b"\x00", b"")
    count = len(TOKEN.findall(text))
    filled = b"[" + text + b"," + of_tokens(MAX_TOKENS - count - 3)
    short = len(TOKEN.findall(filled))
    admit(filled + b"]" * (MAX_TOKENS - short))
    assert refusal(filled + b"]" * (MAX_TOKENS - short + 1)) == "too_complex"


@pytest.mark.parametrize("name", ["objects", "escapes", "strings"])
def test_ten_hostile_mebibytes_take_little_memory(name: str):
    done = subprocess.run(
        [sys.executable, "-c", PEAK, name], capture_output=True, text=True, check=True
    )
    code, kibibytes = done.stdout.split()
    assert code == LARGE[name][1]
    assert int(kibibytes) < 50 * 1024

"""U+0000 is refused wherever JSON can hide it; an escaped backslash before `u0000` is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.lanes.batch.reader import refuse_nul


@given(st.text(alphabet='a\\u0\x00"', max_size=12))
def test_a_text_is_refused_exactly_when_it_holds_nul(text: str) -> None:
    value = json.dumps({"text": text}).encode()
    if "\x00" in text:
        with pytest.raises(Malformed):
            refuse_nul(value)
    else:
        refuse_nul(value)

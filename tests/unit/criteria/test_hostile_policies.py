"""Hostile policy files: each is refused with file, line and reason.

How quickly, `benchmarks.parts.hostile` measures.
"""

from __future__ import annotations

import pytest

from services.criteria.engine.language.yaml_source import PolicyInvalid
from tests.unit.criteria.hostile import FILES, load


def test_there_are_two_hundred_of_them():
    assert len(set(FILES)) >= 200


@pytest.mark.parametrize("at", range(len(FILES)))
def test_a_hostile_file_is_refused_with_file_line_and_reason(at: int):
    with pytest.raises(PolicyInvalid) as caught:
        load(FILES[at])
    assert (caught.value.file, caught.value.line >= 1, bool(caught.value.reason)) == (
        "hostile.yaml",
        True,
        True,
    )
    assert str(caught.value).startswith(f"hostile.yaml:{caught.value.line}: ")

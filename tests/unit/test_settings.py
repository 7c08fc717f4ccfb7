"""A setting that cannot be meant is refused with its name and what to do."""

from __future__ import annotations

import pytest

from shared.errors import Impossible
from shared.settings import load

NUMBERS = ("PRIORAUTH_HTTP_PORT", "PRIORAUTH_BATCH_RECORDS", "PRIORAUTH_REPLICATION")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["x", "-1", "1.5", "99999999", "\u0661"])
def test_a_number_that_is_none_is_refused(name: str, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, text)

    with pytest.raises(Impossible, match=f"{name} is no whole number.*Set {name}="):
        load()


def test_a_level_that_is_none_is_refused_and_its_case_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("PRIORAUTH_LOG_LEVEL", "loud")
    with pytest.raises(Impossible, match="Set it to one of debug, info"):
        load()

    monkeypatch.setenv("PRIORAUTH_LOG_LEVEL", "WARNING")
    assert load().log_level == "warning"

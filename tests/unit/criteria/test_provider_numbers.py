"""Identifiers of providers: a slip of one digit is told, and holds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.criteria.engine.answer.advisories.provider_numbers import check_digit_fits, mistyped
from shared.events.request import AuthorizationRequest

RIGHT = ("1999999976", "1234567893", "8189991234")


def request(**providers: Any) -> AuthorizationRequest:
    return AuthorizationRequest.model_validate(
        {"member": {"id": "m"}, "lines": [{"sequence": 1}], **providers}
    )


@pytest.mark.parametrize("npi", RIGHT)
def test_a_number_whose_check_digit_fits_is_not_told(npi: str):
    assert mistyped(request(requester={"npi": npi}, performer={"npi": npi})) == ()


@given(st.sampled_from(RIGHT), st.integers(0, 9), st.integers(1, 9))
def test_any_one_digit_mistyped_is_found(npi: str, at: int, by: int):
    digit = (int(npi[at]) + by) % 10
    assert not check_digit_fits(f"{npi[:at]}{digit}{npi[at + 1 :]}")


@pytest.mark.parametrize("role", ["requester", "performer"])
def test_a_slip_is_told_with_the_role(role: str):
    (one,) = mistyped(request(**{role: {"npi": "1234567890"}}))
    assert (one.id, role in one.text) == (f"npi-check-digit:{role}", True)


def test_nobody_is_asked_for_a_number():
    assert mistyped(request()) == ()

"""A case as people read it on the terminal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rich.console import Console

from cli.screen.display import case_panel
from cli.screen.missing import missing_picture
from cli.services.service_client import summary
from services.intake.api.views import case_view
from services.intake.model import IntakeState
from shared.events.criteria import Authorization, ContentChange, Determination
from tests.unit.intake.given import RECEIVED_AT, case_of, line_determined, opened, told, when

CASE = UUID(int=77)
FORMER = Authorization(
    number="PA-1111-2222-3333-4444",
    valid_from=RECEIVED_AT.date(),
    valid_to=RECEIVED_AT.date(),
    units=1,
)


def changed() -> IntakeState:
    """A case whose first line asks for something else than what was approved."""
    event = line_determined(1, Determination.PENDED).model_copy(
        update={
            "reason": "changed_after_determination",
            "change": ContentChange.CLINICAL,
            "former": (FORMER,),
        }
    )
    return case_of(when(opened(), told(event)))


def described(state: IntakeState) -> dict[str, Any]:
    """The case as `priorauth case` gathers it."""
    view = case_view(CASE, state).model_dump(mode="json")
    return summary("R-1", view, None, [], None)


def printed(found: dict[str, Any]) -> str:
    console = Console(width=120, no_color=True)
    with console.capture() as captured:
        console.print(case_panel(found))
    return captured.get()


def test_a_changed_line_shows_both_its_review_and_the_former_authorization():
    shown = printed(described(changed()))
    assert "A4 pended  changed_after_determination" in shown
    assert (
        f"authorization PA-1111-2222-3333-4444 stays valid until {RECEIVED_AT.date()} "
        "for the former content, unless it is withdrawn" in " ".join(shown.replace("│", "").split())
    )


def test_a_line_without_a_former_authorization_says_nothing_of_one():
    assert "stays valid" not in printed(described(opened()))


def test_programs_read_the_former_authorizations_of_each_line():
    first, second = described(changed())["lines"]
    assert [one["number"] for one in first["former_authorizations"]] == [FORMER.number]
    assert second["former_authorizations"] == []


def test_a_case_like_a_refused_one_says_that_a_person_decides_whether_it_is_an_appeal():
    like = opened().model_copy(update={"resembles": UUID(int=8), "refused_before": RECEIVED_AT})
    shown = " ".join(printed(described(like)).replace("│", "").split())
    assert (
        f"like a request that was refused on 2026-02-27 10:00:00 UTC (case {UUID(int=8)}); "
        "a person decides whether it is an appeal" in shown
    )
    assert "appeal" not in printed(described(opened()))


def test_what_a_request_does_not_say_stands_with_who_needs_it_and_what_was_filled_with_its_item():
    view = case_view(CASE, opened()).model_dump(mode="json")
    filled = {"field": "member.funding", "source": "plans/2026", "contradicted": False}
    against = {"field": "asker", "source": "provider-directory/x", "contradicted": True}
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(missing_picture(view["missing"], [filled, against]))
    shown = captured.get().splitlines()
    assert "requester.phone for a call back" in shown
    assert "lines[1].item, lines[2].item for a clock's rule" in "\n".join(shown)
    assert shown[-2:] == [
        "member.funding from plans/2026",
        "asker contradicted by provider-directory/x",
    ]

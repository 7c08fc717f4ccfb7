"""How far a submission is, read from its case's timeline."""

from __future__ import annotations

from cli.embedded.progress import watched

FIRST = [
    "pa.intake.request-received.v1",
    "pa.intake.clock-started.v1",
    "pa.criteria.criteria-evaluated.v1",
    "pa.criteria.case-determined.v1",
    "pa.letters.letter-issued.v1",
    "pa.letters.letter-issued.v1",
    "pa.letters.letter-rendered.v1",
    "pa.letters.letter-rendered.v1",
]
SECOND = [
    "pa.intake.request-amended.v1",
    "pa.criteria.criteria-evaluated.v1",
    "pa.criteria.case-determined.v1",
    "pa.letters.letter-issued.v1",
]


def read(types: list[str], *, amends: bool = False) -> tuple[dict[str, int], bool]:
    row = watched("a case", "HTTP", "id", amends=amends)
    row.read([{"type": one} for one in types])
    return row.counts, row.done


def test_a_submission_is_done_when_every_letter_of_it_is_rendered():
    assert read(FIRST) == (
        {"received": 1, "evaluated": 1, "determined": 1, "issued": 2, "rendered": 2},
        True,
    )


def test_a_letter_that_is_not_rendered_keeps_it_under_way():
    assert read(FIRST[:-1])[1] is False


def test_nothing_is_done_before_anything_happened():
    assert read([]) == (
        dict.fromkeys(("received", "evaluated", "determined", "issued", "rendered"), 0),
        False,
    )


def test_an_update_counts_only_what_came_after_it():
    assert read(FIRST + SECOND, amends=True) == (
        {"received": 1, "evaluated": 1, "determined": 1, "issued": 1, "rendered": 0},
        False,
    )
    assert read([*FIRST, *SECOND, "pa.letters.letter-rendered.v1"], amends=True)[1] is True


def test_what_it_updates_stays_done():
    assert read(FIRST + SECOND)[1] is True

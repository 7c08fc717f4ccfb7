from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="6. Absence is never no",
    keys=(),
    text="A fact that nobody documented is unknown for `is: true` and for `is: false`, for every "
    "threshold and every date. A policy may declare otherwise for one leaf (`assume_absent`) or "
    "one list (`assume_closed`); the evidence says so, and without `assumed_may_approve` no "
    "approval rests on it.",
    criteria="{fact: infection.active, is: false}",
    examples=(
        Example("unknown (absent)", "Nobody documented it."),
        Example(
            "unknown (absent)",
            "Nor the opposite.",
            criteria="{fact: infection.active, is: true}",
        ),
        Example(
            "met (assumed)",
            "The leaf declares it.",
            criteria="{fact: infection.active, is: false, assume_absent: true}",
        ),
        Example(
            "unknown (illegible)",
            "An unreadable value is not absent, so nothing is assumed.",
            ("infection.active: none seen",),
            criteria="{fact: infection.active, is: false, assume_absent: true}",
        ),
    ),
)

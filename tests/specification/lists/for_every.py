from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`for_every`",
    keys=("Criterion.for_every",),
    text="Every item of the list must meet the body. One item that fails settles it; it is met "
    "only if the list is complete and holds at least one item.",
    criteria="""\
for_every: visits
all:
- {fact: visit.attended, is: true}
""",
    examples=(
        Example(
            "met",
            "All of them, and there are no others.",
            ("visit.attended@1: true", "visit.attended@2: true"),
            closed=("visits",),
        ),
        Example(
            "not met",
            "One fails; others could not mend it.",
            ("visit.attended@1: true", "visit.attended@2: false"),
        ),
        Example("unknown (open_list)", "There may be another visit.", ("visit.attended@1: true",)),
        Example(
            "unknown (open_list)",
            "Of no visits it cannot be said that all were attended.",
            closed=("visits",),
        ),
        Example(
            "unknown (absent)",
            "Of visit 2 only another fact is documented.",
            ("visit.attended@1: true", "visit.on@2: 2025-10-01"),
            closed=("visits",),
        ),
        Example(
            "unknown (conflicting)",
            "Of one visit two sources say two things.",
            ("visit.attended@1: true", "visit.attended@2: true", "visit.attended@2: false"),
            closed=("visits",),
        ),
    ),
    refused=(
        Refused(
            "visitors is no list", "{for_every: visitors, all: [{fact: pain.daily, is: true}]}"
        ),
    ),
)

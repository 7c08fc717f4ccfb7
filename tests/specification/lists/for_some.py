from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`for_some`",
    keys=("Criterion.for_some",),
    text="One item of the list must meet the body, which is one group. It is not met only if the "
    "request calls the list complete (`closed`) and every item fails; an open list may hold an "
    "item that nobody wrote down.",
    criteria="""\
for_some: visits
all:
- {fact: visit.attended, is: true}
""",
    examples=(
        Example(
            "met",
            "One item is enough, and the list may stay open.",
            ("visit.attended@1: false", "visit.attended@2: true"),
        ),
        Example(
            "not met",
            "No item meets it, and there are no others.",
            ("visit.attended@1: false",),
            closed=("visits",),
        ),
        Example("not met", "The list is complete and empty.", closed=("visits",)),
        Example(
            "unknown (open_list)",
            "There may be another visit.",
            ("visit.attended@1: false",),
        ),
        Example("unknown (open_list)", "Nothing is known of any visit."),
        Example(
            "unknown (absent)",
            "Of visit 2 only another fact is documented.",
            ("visit.attended@1: false", "visit.on@2: 2025-10-01"),
            closed=("visits",),
        ),
        Example(
            "unknown (conflicting)",
            "Of the only visit two sources say two things.",
            ("visit.attended@1: false", "visit.attended@1: true"),
            closed=("visits",),
        ),
    ),
    refused=(
        Refused("visitors is no list", "{for_some: visitors, all: [{fact: pain.daily, is: true}]}"),
        Refused(
            "inside a list",
            "{for_some: visits, all: [{for_some: nights, all: [{fact: night.hours, above: 1}]}]}",
        ),
        Refused("one list with one group", "{for_some: visits, fact: visit.attended, is: true}"),
    ),
)
